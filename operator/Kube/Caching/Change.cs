using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Caching;

/// <summary>One change of the store.</summary>
/// <param name="Before">What the store had; null for an object that is new.</param>
/// <param name="After">What it has now; null for an object that is gone.</param>
public sealed record Change<T>(ChangeKind Kind, ObjectKey Key, T? Before, T? After)
    where T : class
{
    /// <summary>The object, or what is last known of it.</summary>
    public T Object => After ?? Before!;
}
