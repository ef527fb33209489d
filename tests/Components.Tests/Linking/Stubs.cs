using Tapedeck.Components.Tests.Binary;
using Tapedeck.Components.Types;
using Tapedeck.Components.Validation;
using Tapedeck.Wasm;
using FuncType = Tapedeck.Components.Types.FuncType;

namespace Tapedeck.Components.Tests.Linking;

/// <summary>Offers whatever a component imports; each function traps.</summary>
internal static class Stubs
{
    internal static Linker For(Component component)
    {
        var type = component.Valid.Type;
        var context = new ValidationContext(Loading.Engine, component.Valid.Declaration.Bytes, new ComponentLimits());
        var resources = new Substitution(context);
        var interfaces = type.Imports.Items.Where(item => item.Value is InstanceExtern).ToDictionary(item => item.Key, item => new HostInterface(item.Key));
        foreach (var (resource, path) in type.ImportedResources.Where(bound => bound.Path.Length == 2))
        {
            var host = new HostResource(path[^1]);
            interfaces[path[0]].Resource(host);
            resources.Add(resource, host.Type);
        }
        foreach (var (name, offered) in interfaces)
        {
            type.Imports.TryGet(name, out var import);
            foreach (var (export, needed) in ((InstanceExtern)import!).Type.Exports.Items)
            {
                if (needed is FuncExtern func)
                {
                    offered.Func(Trapping($"{name}#{export}", export, ((FuncExtern)resources.Extern(func)).Type));
                }
            }
        }
        return interfaces.Values.Aggregate(new Linker(), static (linker, offered) => linker.Add(offered));
    }

    private static HostFunction Trapping(string path, string name, FuncType type) =>
        HostFunction.Of(name, type, (_, _) => throw new TrapException($"{path} was called"));
}
