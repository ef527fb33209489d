using Tapedeck.Components;
using Tapedeck.Components.Types;
using Tapedeck.Components.Validation;
using Tapedeck.Wasm;
using HostFunction = Tapedeck.Components.HostFunction;

namespace Tapedeck.Bench.Workers;

/// <summary>Offers whatever a component imports; each function traps. What is measured calls none.</summary>
internal static class TrappingHost
{
    internal static Linker For(Component component, Engine engine)
    {
        var type = component.Valid.Type;
        var resources = new Substitution(new ValidationContext(engine, component.Valid.Declaration.Bytes, new ComponentLimits()));
        var interfaces = type.Imports.Items.Where(static item => item.Value is InstanceExtern).ToDictionary(static item => item.Key, static item => new HostInterface(item.Key));
        foreach (var (resource, path) in type.ImportedResources)
        {
            var host = new HostResource(path[^1]);
            interfaces[path[0]].Resource(host);
            resources.Add(resource, host.Type);
        }
        foreach (var (name, import) in type.Imports.Items)
        {
            foreach (var (export, needed) in (import as InstanceExtern)?.Type.Exports.Items ?? [])
            {
                if (needed is FuncExtern func)
                {
                    interfaces[name].Func(HostFunction.Of(export, ((FuncExtern)resources.Extern(func)).Type, static (_, _) => throw new TrapException("a function of the host was called")));
                }
            }
        }
        return interfaces.Values.Aggregate(new Linker(), static (linker, offered) => linker.Add(offered));
    }
}
