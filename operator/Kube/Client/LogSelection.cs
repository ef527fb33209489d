namespace Tapedeck.Kube.Client;

/// <summary>Which lines of a pod's log.</summary>
public sealed record LogSelection
{
    /// <summary>Empty where the pod has only one.</summary>
    public string Container { get; init; } = "";

    /// <summary>Goes on until the container ends.</summary>
    public bool Follow { get; init; }

    /// <summary>Each line begins with the time at which it was written, and a space.</summary>
    public bool Timestamps { get; init; }

    /// <summary>How many of the last lines; null for all that there are.</summary>
    public int? Tail { get; init; }
}
