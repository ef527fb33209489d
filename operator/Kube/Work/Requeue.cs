namespace Tapedeck.Kube.Work;

/// <summary>When a key that was reconciled is to be looked at again without anything having changed.</summary>
/// <param name="After">Null for never.</param>
public readonly record struct Requeue(TimeSpan? After)
{
    public static readonly Requeue None;

    public static Requeue In(TimeSpan delay) => new(delay);
}
