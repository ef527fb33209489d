using Tapedeck.Components.Names;

namespace Tapedeck.Components;

/// <summary>What the host offers to components. It is filled once, and then used by any thread.</summary>
public sealed class Linker
{
    private readonly Dictionary<string, HostInterface> _interfaces = [];
    private readonly Dictionary<string, HostFunction> _functions = [];

    /// <summary>Offers an interface. One of version <c>0.2.12</c> is given for imports of all compatible versions, <c>0.2.0</c> as well as <c>0.2.20</c>.</summary>
    /// <exception cref="ArgumentException">The name is not one, or a compatible interface was added before.</exception>
    public Linker Add(HostInterface offered)
    {
        var name = ExternName.Parse(offered.Name, out var error) ?? throw new ArgumentException(error);
        _interfaces.Add(name.Canonical, offered);
        return this;
    }

    /// <summary>Offers a function that is imported by its own name, outside any interface.</summary>
    /// <exception cref="ArgumentException">One of that name was added before.</exception>
    public Linker Add(HostFunction offered)
    {
        _functions.Add(offered.Name, offered);
        return this;
    }

    /// <summary>The interface that is given for an import of that name; null if there is none.</summary>
    internal HostInterface? Interface(string import) =>
        ExternName.Parse(import, out _) is { } name ? _interfaces.GetValueOrDefault(name.Canonical) : null;

    internal HostFunction? Function(string import) => _functions.GetValueOrDefault(import);
}
