using Tapedeck.Components.Abi;

namespace Tapedeck.Components.Linking;

/// <summary>What the specification calls a <c>ResourceType</c>: who implements it, and what becomes of a dropped resource.</summary>
/// <param name="name">What messages call it.</param>
/// <param name="host">The host's type; null where a component defines it.</param>
/// <param name="instance">The number of the component instance that defines it.</param>
/// <param name="destructor">A core function of the component that defines it.</param>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#resource-state"/></remarks>
internal sealed class ResourceDefinition(string name, HostResource? host, int instance = -1, CoreItem? destructor = null)
{
    internal string Name { get; } = name;
    internal HostResource? Host { get; } = host;
    internal int Instance { get; } = instance;
    internal CoreItem? Destructor { get; } = destructor;

    internal string Description => Host is null ? "guest-defined resource" : $"host-defined resource {Name}";

    internal bool IsImplementedBy(InstanceState inst) => inst.Index == Instance;

    /// <summary>What to call this one beside another.</summary>
    internal string Different(ResourceDefinition other) => Description == other.Description ? $"a different {Description}" : $"a {Description}";
}
