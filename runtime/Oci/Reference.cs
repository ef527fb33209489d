namespace Tapedeck.Oci;

/// <summary>
/// The name of an artifact: <c>[oci://][host[:port]/]path[:tag][@digest]</c>, normalised as
/// <see href="https://github.com/distribution/reference/blob/v0.6.0/normalize.go"/> has it, with the host in lower case and in one spelling but for its port. Where both a tag and a digest
/// are given, the digest says what is pulled.
/// </summary>
public sealed record Reference
{
    private const string Scheme = "oci://";
    private const int MostCharacters = 1024;
    private const int MostNameCharacters = 255;
    private const string Expected = "expected [oci://]host[:port]/path[:tag][@sha256:...]";

    private Reference(string registry, string repository, string? tag, Digest? digest) =>
        (Registry, Repository, Tag, Digest) = (registry, repository, tag, digest);

    /// <summary>Host, with its port where one is written: <c>ghcr.io</c>, <c>localhost:5000</c>, <c>[::1]:5000</c>. To be compared by <see cref="RegistryHost.Comparer"/>.</summary>
    public string Registry { get; }

    /// <summary>The path: <c>demo/greet</c>.</summary>
    public string Repository { get; }

    public string? Tag { get; private init; }

    public Digest? Digest { get; private init; }

    /// <summary>Registry and repository: what a policy about repositories compares. Without ports 443 and 80, which registries have with TLS and without.</summary>
    public string Name => $"{RegistryHost.NameOf(Registry)}/{Repository}";

    /// <summary>Registry and repository as they are asked for, with the port that was written.</summary>
    public string Location => $"{Registry}/{Repository}";

    /// <summary>What is asked of the registry: the digest, else the tag, else <c>latest</c>.</summary>
    public string TagOrDigest => Digest?.ToString() ?? Tag ?? "latest";

    /// <summary>Where the registry's API is. Docker Hub's is not under its name.</summary>
    public string ApiHost => Registry == RegistryHost.DockerHub ? RegistryHost.DockerHubApi : Registry;

    public static Outcome<Reference> Parse(string text)
    {
        if (text.Length is 0 or > MostCharacters)
        {
            return Invalid(text, $"a reference has 1 to {MostCharacters} characters");
        }
        var rest = text.StartsWith(Scheme, StringComparison.Ordinal) ? text[Scheme.Length..] : text;
        Digest? digest = null;
        if (rest.IndexOf('@', StringComparison.Ordinal) is var at and >= 0)
        {
            if (!Oci.Digest.TryParse(rest[(at + 1)..], out digest))
            {
                return Invalid(text, "what follows @ is no digest: sha256: and 64, or sha512: and 128, lower-case hexadecimal digits");
            }
            rest = rest[..at];
        }
        string? tag = null;
        if (rest.LastIndexOf(':') is var colon and >= 0 && colon > rest.LastIndexOf('/'))
        {
            tag = rest[(colon + 1)..];
            if (!IsTag(tag))
            {
                return Invalid(text, "a tag has 1 to 128 letters, digits, underscores, periods and hyphens, and does not begin with the last two");
            }
            rest = rest[..colon];
        }
        return ParseName(text, rest, tag, digest);
    }

    private static Outcome<Reference> ParseName(string text, string name, string? tag, Digest? digest)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var (host, path) = slash >= 0 && IsHostLike(name[..slash])
            ? (name[..slash].ToLowerInvariant(), name[(slash + 1)..])
            : (RegistryHost.DockerHub, name);
        host = RegistryHost.Asked(host);
        if (RegistryHost.NameOf(host) == RegistryHost.DockerHub && path.Length > 0 && !path.Contains('/', StringComparison.Ordinal))
        {
            path = $"library/{path}";
        }
        if (!RegistryHost.IsHost(host))
        {
            return Invalid(text, $"{UntrustedText.Show(host)} is no host: letters, digits, hyphens and periods, or an address, and perhaps a port");
        }
        if (!IsPath(path) || host.Length + 1 + path.Length > MostNameCharacters)
        {
            return Invalid(text, $"{UntrustedText.Show(path)} is no repository: lower-case letters and digits, with single . _ / and any - between them, "
                + $"host and path at most {MostNameCharacters} characters");
        }
        return new Reference(host, path, tag, digest);
    }

    /// <summary>The same repository under another tag or digest.</summary>
    public Reference With(Digest digest) => this with { Digest = digest };

    /// <inheritdoc cref="With(Oci.Digest)"/>
    /// <exception cref="FormatException">It is no tag.</exception>
    public Reference WithTag(string tag) =>
        IsTag(tag) ? this with { Tag = tag, Digest = null } : throw new FormatException("expected a tag");

    /// <summary><see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests"/></summary>
    public static bool IsTag(string text) =>
        text.Length is > 0 and <= 128 && text[0] is not ('.' or '-') && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');

    /// <summary>
    /// A first part without a period or port is a path on Docker Hub, unless it is localhost. Docker also takes capitals for a host's, which would be
    /// another reference once they are in lower case; here they are refused.
    /// </summary>
    private static bool IsHostLike(string first) => first.AsSpan().ContainsAny(".:[") || first == "localhost";

    private static bool IsPath(string path) => path.Length > 0 && path.Split('/').All(IsPathComponent);

    /// <summary>Letters and digits, separated by one period, one or two underscores, or hyphens.</summary>
    private static bool IsPathComponent(string component)
    {
        var separator = 0;
        for (var index = 0; index < component.Length; index++)
        {
            var character = component[index];
            if (char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character))
            {
                separator = 0;
                continue;
            }
            separator++;
            var fits = character switch
            {
                '.' => separator == 1,
                '_' => separator <= 2,
                '-' => true,
                _ => false,
            };
            if (!fits || index == 0 || (separator > 1 && component[index - 1] != character))
            {
                return false;
            }
        }
        return component.Length > 0 && separator == 0;
    }

    private static TerminalError Invalid(string text, string what) => new(OciErrorKind.InvalidReference, what, UntrustedText.Show(text), Expected);

    public override string ToString() => $"{Location}{(Tag is null ? "" : $":{Tag}")}{(Digest is null ? "" : $"@{Digest}")}";
}
