namespace Tapedeck.Manifest.Specs;

/// <summary>Which artifact of a repository.</summary>
/// <param name="Text">The tag, the range of versions, or the digest.</param>
public sealed record ArtifactRef(ArtifactRefKind Kind, string Text)
{
    public override string ToString() => Kind == ArtifactRefKind.Digest ? $"@{Text}" : $":{Text}";
}

public enum ArtifactRefKind
{
    Tag,

    /// <summary>The highest version that is in a range.</summary>
    Semver,
    Digest,
}
