using Tapedeck.Components;
using Tapedeck.Wasm;

namespace Tapedeck.Conformance.ComponentModel;

/// <summary>Executes the commands of one script in order.</summary>
/// <param name="read">The bytes of a file that stands beside the script.</param>
internal sealed class Runner(Engine engine, Func<string, byte[]> read) : IDisposable
{
    /// <summary>What commands are counted under that need more than decoding and validation.</summary>
    internal const string NotYet = "not yet: instantiation";

    /// <summary>What may be refused as unsupported. Any other name is a failure: what we claim to have must not vanish among the skipped.</summary>
    private static readonly string[] NotClaimed =
        ["async", "custom-page-sizes", "exceptions", "function-references", "gc", "memory64", "relaxed-simd", "threads", "values"];

    private readonly List<Component> _components = [];

    internal Outcome Execute(Command command)
    {
        try
        {
            return command switch
            {
                ComponentCommand c => Compile(c, _ => c.Definition ? Outcome.Passed : Outcome.Skipped($"{NotYet} of a valid component")),
                AssertInvalid c => IsRefused(c, InvalidComponentReason.Invalid),
                AssertMalformed c => IsRefused(c, InvalidComponentReason.Malformed),
                Instantiate or ActionCommand or AssertReturn or AssertTrap or AssertUninstantiable => Outcome.Skipped(NotYet),
                _ => Outcome.Failed($"the runner does not know {command.GetType().Name}"),
            };
        }
        catch (Exception e)
        {
            return Outcome.Failed($"{e.GetType().Name}: {e.Message}");
        }
    }

    public void Dispose() => _components.ForEach(component => component.Dispose());

    private Outcome Compile(CommandWithComponent command, Func<Component, Outcome> use)
    {
        if (command.Binary is not { } file)
        {
            return Outcome.Skipped("text format");
        }
        try
        {
            var component = Component.Compile(engine, read(file));
            _components.Add(component);
            return use(component);
        }
        catch (InvalidComponentException e) when (e.Reason == InvalidComponentReason.Unsupported)
        {
            return NotClaimed.Contains(e.Feature) ? Outcome.Skipped(e.Feature!) : Outcome.Failed($"refused for the feature '{e.Feature}': {e.Message}");
        }
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
