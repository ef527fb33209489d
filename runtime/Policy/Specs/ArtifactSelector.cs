namespace Tapedeck.Policy.Specs;

/// <summary>Narrows a policy to artifacts, so that a label or a moved tag alone wins nothing.</summary>
public sealed record ArtifactSelector(RepositoryPrefix? Repository, Signer? Signer)
{
    public bool Matches(ToolFacts tool) =>
        (Repository is not { } prefix || prefix.Contains(tool.Repository)) && (Signer is null || tool.Signers.Contains(Signer));
}
