using System.Collections.Immutable;
using Tapedeck.Oci;

namespace Tapedeck.Manifest.Specs;

/// <summary>Where a component comes from.</summary>
public abstract record ComponentSource;

/// <summary>A registry.</summary>
/// <param name="Repository">A registry with a path, without tag and digest.</param>
public sealed record OciSource(string Repository, ArtifactRef Ref) : ComponentSource
{
    /// <summary>The registry of <see cref="Repository"/> in its canonical spelling, with its port where that is not 443: what options are found by.</summary>
    public string Registry => RegistryHost.Canonical(Reference.Parse(Repository).Value?.Registry ?? Repository.Split('/')[0]);

    /// <summary>The host that is connected to, with the port that was written. Docker Hub's has another name than Docker Hub.</summary>
    public string ApiHost => Reference.Parse(Repository).Value?.ApiHost ?? Registry;

    /// <summary>Milliseconds between two looks at what a tag or range stands for.</summary>
    public long Interval { get; init; } = 10 * 60_000;

    /// <summary>The recorded digest stays, whatever the tag does.</summary>
    public bool Suspend { get; init; }

    /// <summary>Secrets of type kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg.</summary>
    public ImmutableArray<string> PullSecrets { get; init; } = [];

    /// <summary>The ConfigMap whose key <c>ca.crt</c> holds the certificates that the registry's certificate is to be checked by; null is those of the system.</summary>
    public string? CertificateConfigMap { get; init; }

    public bool PlainHttp { get; init; }
}

/// <summary>A folder in OCI's image layout. On a laptop only.</summary>
/// <param name="Path">Relative to the file that names it.</param>
/// <param name="Ref">The tag or digest; null where the layout holds one manifest.</param>
public sealed record LayoutSource(string Path, ArtifactRef? Ref) : ComponentSource;

/// <summary>A file. On a laptop only.</summary>
/// <param name="Path">Relative to the file that names it.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
public sealed record FileSource(string Path, string Sha256) : ComponentSource;

/// <summary>A file of a web server. On a laptop only.</summary>
/// <param name="Sha256">64 lower-case hex digits.</param>
public sealed record HttpsSource(Uri Url, string Sha256) : ComponentSource;
