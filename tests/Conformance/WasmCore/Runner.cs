using Tapedeck.Wasm;

namespace Tapedeck.Conformance.WasmCore;

/// <summary>Executes the commands of one script in order, on the engine's own call thread.</summary>
/// <param name="read">The bytes of a file that stands beside the script.</param>
internal sealed class Runner(Engine engine, Store store, Func<string, byte[]> read) : IDisposable
{
    /// <summary>What the engine may refuse as unsupported. Any other name is a failure: what we claim to have must not vanish among the skipped.</summary>
    private static readonly string[] NotClaimed = ["exceptions", "function-references", "gc", "memory64", "relaxed-simd", "threads"];

    private readonly List<Module> _modules = [];
    private readonly Dictionary<string, Slot<Module>> _definitions = [];
    private readonly Dictionary<string, Slot<Instance>> _instances = [];
    private readonly Dictionary<string, Slot<Instance>> _registered = [];
    private readonly Dictionary<string, Extern> _spectest = Spectest.Externs(store);
    private Slot<Module> _lastDefinition = Slot<Module>.Without(Outcome.Failed("no module is defined yet"));
    private Slot<Instance> _lastInstance = Slot<Instance>.Without(Outcome.Failed("no module is instantiated yet"));

    internal Outcome Execute(Command command)
    {
        try
        {
            return command switch
            {
                ModuleCommand c => Keep(c.Name, Attempt(c, () => Compile(c).Select(Instantiate))),
                ModuleDefinition c => Define(c.Name, Attempt(c, () => Compile(c))),
                ModuleInstance c => Keep(c.Instance, Attempt(c, () => Definition(c.Module).Select(Instantiate))),
                Register c => (_registered[c.As] = Named(c.Name)).Then(_ => Outcome.Passed),
                ActionCommand c => Named(c.Action.Module).Then(instance => Performs(c.Action, instance)),
                AssertReturn c => Named(c.Action.Module).Then(instance => Expectation.Compare(c.Expected, Perform(c.Action, instance), store)),
                AssertTrap c => Named(c.Action.Module).Then(instance => Traps(c.Text, () => Perform(c.Action, instance))),
                AssertExhaustion c => Named(c.Action.Module).Then(instance => Traps(c.Text, () => Perform(c.Action, instance))),
                AssertException c => Named(c.Action.Module).Then(_ => Outcome.Failed("the module throws, yet it was not refused")),
                AssertInvalid c => IsRefused(c, InvalidModuleReason.Invalid),
                AssertMalformed c => IsRefused(c, InvalidModuleReason.Malformed),
                AssertUnlinkable c => Compile(c).Then(module => DoesNotLink(c.Text, module)),
                AssertUninstantiable c => Compile(c).Then(module => Traps(c.Text, () => Instantiate(module))),
                _ => Outcome.Failed($"the runner does not know {command.GetType().Name}"),
            };
        }
        catch (Exception e)
        {
            return Outcome.Failed(Describe(e));
        }
    }

    /// <summary>Ends the modules. The store, and with it the instances, is the caller's.</summary>
    public void Dispose() => _modules.ForEach(module => module.Dispose());

    private Slot<Module> Compile(CommandWithModule command)
    {
        if (command.Binary is not { } file)
        {
            return Slot<Module>.Without(Outcome.Skipped("text format"));
        }
        try
        {
            var module = engine.Compile(read(file));
            _modules.Add(module);
            return Slot<Module>.Of(module);
        }
        catch (InvalidModuleException e) when (e.Reason == InvalidModuleReason.Unsupported)
        {
            return Slot<Module>.Without(Unsupported(e));
        }
    }

    private Slot<Instance> Instantiate(Module module)
    {
        var imports = new List<Extern>();
        foreach (var import in module.Imports)
        {
            var found = Resolve(import);
            if (found.Value is not { } value)
            {
                return Slot<Instance>.Without(found.Missing);
            }
            imports.Add(value);
        }
        return Slot<Instance>.Of(module.Prepare().New(store, imports.ToArray()));
    }

    /// <summary>Names are the embedder's, so the one link error that is ours to raise is an unknown one.</summary>
    private Slot<Extern> Resolve(ImportType import)
    {
        if (import.Module == Spectest.Name)
        {
            return Slot<Extern>.Of(_spectest.GetValueOrDefault(import.Name) ?? throw Unknown(import));
        }
        return _registered.TryGetValue(import.Module, out var slot)
            ? slot.Select(instance => Slot<Extern>.Of(instance.TryGet(import.Name, out var export) ? export : throw Unknown(import)))
            : throw Unknown(import);
    }

    private Value[] Perform(Act act, Instance instance) => act.Type switch
    {
        "invoke" => instance.Func(act.Field).Call([.. (act.Args ?? []).Select(argument => argument.ToValue(store))]),
        "get" => [((Global)instance[act.Field]).Value],
        _ => throw new NotSupportedException($"an action of type {act.Type}"),
    };

    private Outcome Performs(Act act, Instance instance)
    {
        Perform(act, instance);
        return Outcome.Passed;
    }

    private static Outcome Traps(string text, Func<object> action)
    {
        try
        {
            // A module whose imports are skipped is skipped itself; anything else that comes back did not trap.
            return action() is Slot<Instance> { Value: null } slot ? slot.Missing : Outcome.Failed($"a trap was expected: {text}");
        }
        catch (TrapException e)
        {
            return Outcome.Of(Expectation.Says(e.Message, text) ? null : $"the trap '{text}' was expected, '{e.Message}' came");
        }
    }

    private Outcome DoesNotLink(string text, Module module)
    {
        try
        {
            var slot = Instantiate(module);
            return slot.Value is null ? slot.Missing : Outcome.Failed($"a link error was expected: {text}");
        }
        catch (LinkException e)
        {
            return Outcome.Of(Expectation.Says(e.Message, text) ? null : $"the link error '{text}' was expected, '{e.Message}' came");
        }
    }

    private Outcome IsRefused(CommandWithModule command, InvalidModuleReason reason)
    {
        try
        {
            return Compile(command).Then(_ => Outcome.Failed($"the module was accepted, but is {reason}"));
        }
        catch (InvalidModuleException e)
        {
            return Outcome.Of(e.Reason == reason ? null : $"the module is {reason}, but was refused as {e.Reason}: {e.Message}");
        }
    }

    private Outcome Keep(string? name, Slot<Instance> slot) => Remember(_instances, name, _lastInstance = slot);

    private Outcome Define(string? name, Slot<Module> slot) => Remember(_definitions, name, _lastDefinition = slot);

    private Slot<Instance> Named(string? name) => name is null ? _lastInstance : _instances[name];

    private Slot<Module> Definition(string? name) => name is null ? _lastDefinition : _definitions[name];

    private static Outcome Remember<T>(Dictionary<string, Slot<T>> slots, string? name, Slot<T> slot) where T : class
    {
        if (name is not null)
        {
            slots[name] = slot;
        }
        return slot.Then(_ => Outcome.Passed);
    }

    /// <summary>What cannot be made is a failure here and in every command that needs it, and never leaves an older thing in its place.</summary>
    private static Slot<T> Attempt<T>(Command command, Func<Slot<T>> make) where T : class
    {
        try
        {
            return make();
        }
        catch (Exception e)
        {
            return Slot<T>.Without(Outcome.Failed($"the module of line {command.Line}: {Describe(e)}"));
        }
    }

    private static Outcome Unsupported(InvalidModuleException e) =>
        NotClaimed.Contains(e.Feature) ? Outcome.Skipped(e.Feature!) : Outcome.Failed($"refused for the feature '{e.Feature}': {e.Message}");

    private static LinkException Unknown(ImportType import) => new($"unknown import {import.Module}.{import.Name}");

    private static string Describe(Exception e) => e.InnerException is { } inner
        ? $"{e.GetType().Name}: {e.Message} <- {Describe(inner)}"
        : $"{e.GetType().Name}: {e.Message}";
}
