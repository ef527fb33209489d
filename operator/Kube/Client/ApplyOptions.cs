namespace Tapedeck.Kube.Client;

/// <summary>How an object is applied.</summary>
/// <param name="FieldManager">Under which name the fields are owned. One fixed name for one program.</param>
public sealed record ApplyOptions(string FieldManager)
{
    /// <summary>Take fields that others own. Controllers do, for what they are the source of; without it a conflict is an
    /// <see cref="ApplyConflictException"/>.</summary>
    public bool Force { get; init; }

    public Subresource Subresource { get; init; }

    /// <summary>Check and answer, but store nothing.</summary>
    public bool DryRun { get; init; }
}
