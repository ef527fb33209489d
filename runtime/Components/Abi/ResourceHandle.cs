using Tapedeck.Components.Linking;

namespace Tapedeck.Components.Abi;

/// <summary>An element of a handle table.</summary>
/// <param name="type"><c>rt</c>.</param>
/// <param name="rep">What it stands for: a number of the component that defines the type; 0 where the host does.</param>
/// <param name="resource">The object that it stands for where the host defines the type.</param>
/// <param name="borrowScope">The task that must drop the handle before it returns; null for an owned one.</param>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#resource-state"/></remarks>
internal sealed class ResourceHandle(ResourceDefinition type, int rep, object? resource, bool own, Task? borrowScope)
{
    internal ResourceDefinition Type { get; } = type;
    internal int Rep { get; } = rep;
    internal object? Resource { get; } = resource;
    internal bool Own { get; } = own;
    internal Task? BorrowScope { get; } = borrowScope;

    /// <summary>How many calls have a borrow of it now.</summary>
    internal int NumLends { get; set; }
}
