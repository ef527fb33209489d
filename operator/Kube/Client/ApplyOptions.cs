namespace Tapedeck.Kube.Client;

/// <summary>How an object is applied.</summary>
/// <param name="FieldManager">Under which name the fields are owned. One fixed name for one program.</param>
public sealed record ApplyOptions(string FieldManager)
{
    /// <summary>Take fields that others own. Controllers do, for what they are the source of; without it a conflict is an
    /// <see cref="ApplyConflictException"/>.</summary>
    public bool Force { get; init; }

    /// <summary>Creates the object, and is a <see cref="ConflictException"/> where there is one of its name. For a Service the API server can say that from 1.23 on only;
    /// before, it is looked for right before.</summary>
    public bool OnlyNew { get; init; }

    /// <summary>Changes the object of this UID, and is a <see cref="ConflictException"/> where there is another one, or none. Empty for whatever is there.</summary>
    public string Uid { get; init; } = "";

    public Subresource Subresource { get; init; }

    /// <summary>Check and answer, but store nothing.</summary>
    public bool DryRun { get; init; }
}
