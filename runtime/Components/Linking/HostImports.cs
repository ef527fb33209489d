using Tapedeck.Components.Types;
using Tapedeck.Components.Validation;

namespace Tapedeck.Components.Linking;

/// <summary>Finds what a component imports among what the host offers, and compares the types.</summary>
internal sealed class HostImports
{
    private readonly Linker _linker;
    private readonly ComponentType _component;
    private readonly Substitution _resources;
    private readonly List<string> _problems = [];

    private HostImports(Linker linker, ComponentType component, ValidationContext context)
    {
        _linker = linker;
        _component = component;
        _resources = new Substitution(context);
    }

    /// <exception cref="ComponentLinkException">Something is missing, or of another type.</exception>
    internal static Dictionary<string, Item> Find(Linker linker, ComponentType component, ValidationContext context)
    {
        var imports = new HostImports(linker, component, context);
        imports.BindResources();
        var items = new Dictionary<string, Item>();
        foreach (var (name, type) in component.Imports.Items)
        {
            if (imports.Find(name, type) is { } item)
            {
                items.Add(name, item);
            }
        }
        return imports._problems.Count == 0 ? items : throw new ComponentLinkException(imports._problems);
    }

    /// <summary>Puts the host's resource types in the place of the imported ones.</summary>
    private void BindResources()
    {
        foreach (var (resource, path) in _component.ImportedResources)
        {
            var offered = path.Length == 2 ? _linker.Interface(path[0])?.Resources.GetValueOrDefault(path[1]) : null;
            if (offered is not null)
            {
                _resources.Add(resource, offered.Type);
            }
            else if (path.Length > 0 && (path.Length != 2 || _linker.Interface(path[0]) is not null))
            {
                _problems.Add($"`{string.Join('/', path)}` is a resource that the host does not offer");
            }
        }
    }

    private Item? Find(string name, ExternType type)
    {
        switch (type)
        {
            case InstanceExtern instance:
                return Interface(name, instance.Type);
            case FuncExtern func:
                return Function($"`{name}`", _linker.Function(name), func.Type);
            case TypeExtern:
                return new TypeItem(null);
            default:
                _problems.Add($"`{name}` is a {type.Noun}, which the host never offers");
                return null;
        }
    }

    private InstanceItem? Interface(string name, InstanceType type)
    {
        var offered = _linker.Interface(name);
        if (offered is null && type.Exports.Items.Any(static export => IsNeeded(export.Value)))
        {
            _problems.Add($"`{name}` is an interface that the host does not offer");
            return null;
        }
        var exports = new Dictionary<string, Item>();
        foreach (var (export, needed) in type.Exports.Items)
        {
            if (Export(name, offered, export, needed) is { } item)
            {
                exports.Add(export, item);
            }
        }
        return new InstanceItem(exports);
    }

    private Item? Export(string name, HostInterface? offered, string export, ExternType needed)
    {
        switch (needed)
        {
            case FuncExtern func:
                return Function($"`{name}#{export}`", offered!.Functions.GetValueOrDefault(export), func.Type);
            case TypeExtern { Type: ResourceType }:
                return new TypeItem(offered?.Resources.GetValueOrDefault(export)?.Definition);
            case TypeExtern:
                return new TypeItem(null);
            default:
                _problems.Add($"`{name}#{export}` is a {needed.Noun}, which the host never offers");
                return null;
        }
    }

    private FuncItem? Function(string name, HostFunction? offered, FuncType needed)
    {
        if (offered is null)
        {
            _problems.Add($"{name} is a function that the host does not offer");
            return null;
        }
        var wanted = ((FuncExtern)_resources.Extern(new FuncExtern(needed))).Type;
        if (!wanted.Equals(offered.Type))
        {
            _problems.Add($"{name} is imported as `{wanted}`, but offered as `{offered.Type}`");
            return null;
        }
        return new FuncItem(new HostDefinition(offered));
    }

    // A type alone is needed by nobody at run time, but for a resource type that is not another one's alias: handles have it.
    private static bool IsNeeded(ExternType type) => type is not TypeExtern or TypeExtern { Type: ResourceType { Original: null } };
}
