namespace Tapedeck.Components;

/// <summary>An interface that the host offers.</summary>
/// <param name="name">Its name with the version that it follows, as <c>wasi:io/streams@0.2.12</c>.</param>
public sealed class HostInterface(string name)
{
    private readonly Dictionary<string, HostResource> _resources = [];
    private readonly Dictionary<string, HostFunction> _functions = [];

    public string Name { get; } = name;

    internal IReadOnlyDictionary<string, HostResource> Resources => _resources;
    internal IReadOnlyDictionary<string, HostFunction> Functions => _functions;

    /// <exception cref="ArgumentException">The interface has a resource of that name.</exception>
    public HostInterface Resource(HostResource resource)
    {
        _resources.Add(resource.Name, resource);
        return this;
    }

    /// <exception cref="ArgumentException">The interface has a function of that name.</exception>
    public HostInterface Func(HostFunction function)
    {
        _functions.Add(function.Name, function);
        return this;
    }
}
