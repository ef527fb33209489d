using Tapedeck.Components;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasm;
using Xunit;

namespace Tapedeck.Wasi.Tests.Guests;

/// <summary>The component that tries what it should not, and calls of it.</summary>
internal static class Prober
{
    private static readonly ComponentTemplate Template = Component.Compile(
        ComponentFiles.Engine, File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Prober", "prober.wasm"))).Prepare(WasiImports.AddTo(new Linker()));

    /// <summary>Calls a function without a policy.</summary>
    internal static async Task<WitValue?> Try(string function, params WitValue[] arguments)
    {
        using var state = new WasiState(Policies.Gate(null));
        return await Try(state, function, arguments);
    }

    /// <summary>Calls a function within the limits that the policy of the state sets.</summary>
    internal static Task<WitValue?> Try(WasiState state, string function, params WitValue[] arguments) =>
        Try(state, function, state.Limits.CallDeadline, CancellationToken.None, arguments);

    internal static async Task<WitValue?> Try(WasiState state, string function, TimeSpan deadline, CancellationToken cancellationToken, params WitValue[] arguments)
    {
        using var call = new Call(ComponentFiles.Engine, new CallOptions
        {
            State = state,
            Handles = state.Limits.OpenHandles,
            StoreLimits = new StoreLimits { MemoryBytes = state.Limits.Memory },
            Cancellation = cancellationToken,
        });
        return await ComponentFiles.Engine.RunAsync(call.Store, () =>
        {
            Assert.True(Template.New(call).TryFunc(function, out var func), function);
            return func!.Call(arguments).AsTask().GetAwaiter().GetResult();
        }, deadline, cancellationToken);
    }

    /// <summary>The process goes on as if nothing had been.</summary>
    internal static async Task AssertHealthy() => Assert.Equal(3u, (await Try("recurse", WitValue.U32(3)))!.Value.AsU32());
}
