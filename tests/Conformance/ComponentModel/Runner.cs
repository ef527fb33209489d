using Tapedeck.Components;
using Tapedeck.Components.Values;
using Tapedeck.Wasm;

namespace Tapedeck.Conformance.ComponentModel;

/// <summary>Executes the commands of one script in order.</summary>
/// <param name="read">The bytes of a file that stands beside the script.</param>
internal sealed class Runner(Engine engine, Func<string, byte[]> read) : IDisposable
{
    /// <summary>What may be refused as unsupported. Any other name is a failure: what we claim to have must not vanish among the skipped.</summary>
    private static readonly string[] NotClaimed =
        ["async", "custom-page-sizes", "exceptions", "function-references", "gc", "memory64", "relaxed-simd", "threads", "values"];

    private static readonly Linker NoImports = new();

    private readonly List<IDisposable> _owned = [];
    private readonly Dictionary<string, Component> _definitions = [];
    private readonly Dictionary<string, ComponentInstance?> _instances = [];
    private Component? _definition;
    private ComponentInstance? _instance;

    /// <summary>Why the last instance is not there.</summary>
    private string _skipped = "";

    internal Outcome Execute(Command command)
    {
        try
        {
            return command switch
            {
                ComponentCommand c => Define(c),
                AssertInvalid c => IsRefused(c, InvalidComponentReason.Invalid),
                AssertMalformed c => IsRefused(c, InvalidComponentReason.Malformed),
                Instantiate c => _skipped.Length > 0 ? Outcome.Skipped(_skipped) : New(c.Definition is null ? _definition! : _definitions[c.Definition], c.Name),
                ActionCommand c => InInstance(c.Action, () => Call(c.Action, out _)),
                AssertReturn c => InInstance(c.Action, () => Call(c.Action, out var result) is { IsPassed: false } failed ? failed : Compare(c, result)),
                AssertTrap c => InInstance(c.Action, () => Traps(c.Text, () => Call(c.Action, out _))),
                AssertUninstantiable c => Compile(c, component => Traps(c.Text, () => New(component, null))),
                _ => Outcome.Failed($"the runner does not know {command.GetType().Name}"),
            };
        }
        catch (Exception e)
        {
            return Outcome.Failed($"{e.GetType().Name}: {e.Message}");
        }
    }

    public void Dispose()
    {
        _owned.Reverse();
        _owned.ForEach(owned => owned.Dispose());
    }

    private Outcome Define(ComponentCommand command)
    {
        _skipped = "";
        _instance = null;
        var outcome = Compile(command, component =>
        {
            _definition = component;
            if (command.Name is not null)
            {
                _definitions[command.Name] = component;
            }
            return command.Definition ? Outcome.Passed : New(component, command.Name);
        });
        _skipped = outcome.Verdict == Verdict.Skipped ? outcome.Why : "";
        return outcome;
    }

    private Outcome New(Component component, string? name)
    {
        var call = new Call(engine);
        _owned.Add(call);
        var template = component.Prepare(NoImports);
        _instance = engine.Run(() => template.New(call));
        if (name is not null)
        {
            _instances[name] = _instance;
        }
        return Outcome.Passed;
    }

    private Outcome InInstance(Act act, Func<Outcome> run) => _skipped.Length > 0 && act.Module is null ? Outcome.Skipped(_skipped) : run();

    private Outcome Call(Act act, out WitValue? result)
    {
        result = null;
        var instance = act.Module is null ? _instance : _instances[act.Module];
        if (!instance!.TryFunc(act.Field, out var func))
        {
            return Outcome.Failed($"no function is exported as `{act.Field}`");
        }
        var arguments = act.Args.EnumerateArray().Zip(func.Type.Parameters, static (json, parameter) => Literal.Read(json, parameter.Type)).ToArray();
        result = engine.Run(() => func.Invoke(arguments));
        return Outcome.Passed;
    }

    private static Outcome Compare(AssertReturn command, WitValue? result)
    {
        var expected = command.Expected.EnumerateArray().ToArray();
        if (expected.Length == 0 || result is null)
        {
            return Outcome.Of((expected.Length == 0) == result is null ? null : $"{expected.Length} results are expected, the function gave {result}");
        }
        var wanted = Literal.Read(expected[0], result.Value.Type);
        return Outcome.Of(wanted == result ? null : $"expected {wanted}, got {result}");
    }

    /// <summary>The texts are those of one host, and differ from place to place; but a guest that gave up by itself is not one that was stopped.</summary>
    private static Outcome Traps(string text, Func<Outcome> run)
    {
        try
        {
            var outcome = run();
            return outcome.IsPassed ? Outcome.Failed($"no trap, but `{text}` is expected") : outcome;
        }
        catch (TrapException trap)
        {
            var isOwn = trap.Code == TrapCode.Unreachable;
            return Outcome.Of(isOwn == text.Contains("unreachable", StringComparison.Ordinal) ? null : $"trapped with `{trap.Message}`, but `{text}` is expected");
        }
    }

    private Outcome Compile(CommandWithComponent command, Func<Component, Outcome> use)
    {
        if (command.Binary is not { } file)
        {
            return Outcome.Skipped("text format");
        }
        Component component;
        try
        {
            component = Component.Compile(engine, read(file));
        }
        catch (InvalidComponentException e) when (e.Reason == InvalidComponentReason.Unsupported)
        {
            return NotClaimed.Contains(e.Feature) ? Outcome.Skipped(e.Feature!) : Outcome.Failed($"refused for the feature '{e.Feature}': {e.Message}");
        }
        _owned.Add(component);
        return use(component);
    }

    private Outcome IsRefused(CommandWithComponent command, InvalidComponentReason reason)
    {
        try
        {
            return Compile(command, _ => Outcome.Failed($"the component was accepted, but is {reason}"));
        }
        catch (InvalidComponentException e)
        {
            return Outcome.Of(e.Reason == reason ? null : $"the component is {reason}, but was refused as {e.Reason}: {e.Message}");
        }
    }
}
