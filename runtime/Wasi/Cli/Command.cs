using Tapedeck.Components;
using Tapedeck.Policy;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasm;

namespace Tapedeck.Wasi.Cli;

/// <summary>Runs components of the world <see href="https://github.com/WebAssembly/wasi-cli/blob/main/wit/command.wit"><c>wasi:cli/command</c></see>: programs with a <c>run</c>.</summary>
public static class Command
{
    /// <summary>The last number of a version of WASI 0.2 that is looked for.</summary>
    private const int MostPatches = 64;

    /// <summary>Runs it once, in a fresh instance.</summary>
    /// <returns>How it ended. Its log holds what it wrote.</returns>
    /// <exception cref="ArgumentException">The component exports no <c>wasi:cli/run</c>.</exception>
    public static async Task<CommandResult> RunAsync(
        Engine engine, ComponentTemplate template, Gate gate, WasiOptions options, CancellationToken cancellationToken)
    {
        using var state = new WasiState(gate, options);
        using var call = new Call(engine, new CallOptions
        {
            State = state,
            Cancellation = cancellationToken,
            Handles = state.Limits.OpenHandles,
            StoreLimits = new StoreLimits { MemoryBytes = state.Limits.Memory },
        });
        try
        {
            var isOk = await engine.RunAsync(call.Store, () => Run(template, call), state.Limits.CallDeadline, cancellationToken);
            return new CommandResult(isOk ? 0 : 1, null, state.Log);
        }
        catch (GuestExitException exit)
        {
            return new CommandResult(exit.Code, null, state.Log);
        }
        catch (TrapException trap)
        {
            return new CommandResult(CommandResult.Trapped, trap, state.Log);
        }
    }

    private static bool Run(ComponentTemplate template, Call call)
    {
        var instance = template.New(call);
        for (var patch = 0; patch < MostPatches; patch++)
        {
            if (instance.TryFunc($"wasi:cli/run@0.2.{patch}#run", out var run))
            {
                // Guest code runs to its end before the task is there.
                return run.Call().AsTask().GetAwaiter().GetResult() is { CaseIndex: 0 };
            }
        }
        throw new ArgumentException("the component exports no wasi:cli/run of version 0.2: it is no command");
    }
}
