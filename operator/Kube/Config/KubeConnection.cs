namespace Tapedeck.Kube.Config;

/// <summary>Where an API server is, how it proves itself, and how we do.</summary>
public sealed class KubeConnection
{
    internal KubeConnection(Uri server) => Server = server;

    public Uri Server { get; }

    /// <summary>The namespace to work in where none is named.</summary>
    public string Namespace { get; internal init; } = "default";

    internal Credential Credential { get; init; } = StoredCredential.None;

    /// <summary>Null for the machine's own.</summary>
    internal RootCertificates? Roots { get; init; }

    /// <summary>The name in the server's certificate where it is not the one in the address; else empty.</summary>
    internal string TlsServerName { get; init; } = "";
    internal bool InsecureSkipTlsVerify { get; init; }

    /// <summary>Null for what the environment says.</summary>
    internal Uri? Proxy { get; init; }
    internal Impersonation Impersonation { get; init; } = Impersonation.None;
}
