namespace Tapedeck.Kube.Config;

/// <summary>What to take out of a kubeconfig.</summary>
public sealed record KubeConfigOptions
{
    /// <summary>Which context; empty for the file's current one.</summary>
    public string Context { get; init; } = "";

    /// <summary>Whether a server may be talked to that nobody can vouch for: <c>insecure-skip-tls-verify</c>, and plain http. Default: refused.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Whether somebody sits at the terminal whom an exec plugin may ask for a password.</summary>
    public bool Interactive { get; init; }
}
