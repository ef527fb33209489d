using Tapedeck.Oci.Versions;

namespace Tapedeck.Oci;

/// <summary>Where a component comes from: one of the four records below.</summary>
public abstract record Source
{
    private const string Expected = "expected oci://..., oci-layout:FOLDER[:TAG], file:PATH or https://..., the last two with a sha256 digest";

    private Source()
    {
    }

    /// <summary>Reads a source as people write it. Without a scheme it is a reference to a registry.</summary>
    /// <param name="digest">What the content has to be; required for <c>file:</c> and <c>https:</c>.</param>
    public static Outcome<Source> Parse(string text, Digest? digest = null)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return (colon > 0 ? text[..colon] : "") switch
        {
            "oci-layout" => ParseLayout(text, Rest(text, colon), digest),
            "file" when digest is not null && Rest(text, colon) is { Length: > 0 } path => new File(path, digest),
            "https" when digest is not null && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.UserInfo.Length == 0 => new Https(address, digest),
            "file" or "https" => new TerminalError(OciErrorKind.InvalidReference,
                digest is null ? "a file or https source has a sha256 digest" : "is no path, or no address without a login", UntrustedText.Show(text), Expected),
            "http" => new TerminalError(OciErrorKind.InvalidReference, "plain http is no source", UntrustedText.Show(text), Expected),
            _ => ParseReference(text, digest),
        };
    }

    private static Outcome<Source> ParseReference(string text, Digest? digest)
    {
        var reference = Reference.Parse(text);
        return reference.IsOk ? new Registry(digest is null ? reference.Value : reference.Value.With(digest), null) : reference.Error;
    }

    /// <summary><c>file:/a</c>, <c>file:///a</c> and <c>file:a</c>.</summary>
    private static string Rest(string text, int colon) => text[(colon + 1)..] is var rest && rest.StartsWith("//", StringComparison.Ordinal) ? rest[2..] : rest;

    private static Outcome<Source> ParseLayout(string text, string rest, Digest? digest)
    {
        if (rest.IndexOf("@sha", StringComparison.Ordinal) is var at and > 0)
        {
            if (!Digest.TryParse(rest[(at + 1)..], out digest))
            {
                return new TerminalError(OciErrorKind.InvalidReference, "what follows @ is no digest", UntrustedText.Show(text), Expected);
            }
            rest = rest[..at];
        }
        var colon = rest.LastIndexOf(':');
        var tag = colon > rest.LastIndexOf('/') ? rest[(colon + 1)..] : null;
        var folder = tag is null ? rest : rest[..colon];
        return folder.Length > 0 && (tag is null || Reference.IsTag(tag))
            ? new Layout(folder, tag, digest)
            : new TerminalError(OciErrorKind.InvalidReference, "is no folder with a tag", UntrustedText.Show(text), Expected);
    }

    /// <summary>A registry. With a range, the highest version among the tags; a digest is stronger than both.</summary>
    public sealed record Registry(Reference Reference, VersionRange? Range) : Source
    {
        public override string ToString() => Range is null ? $"oci://{Reference}" : $"oci://{Reference.Name} {Range}";
    }

    /// <summary>An OCI image layout in a folder. Without a tag and a digest, the one manifest that is in it.</summary>
    public sealed record Layout(string Folder, string? Tag, Digest? Digest) : Source
    {
        public override string ToString() => $"oci-layout:{Folder}{(Tag is null ? "" : $":{Tag}")}{(Digest is null ? "" : $"@{Digest}")}";
    }

    /// <summary>A file on this machine.</summary>
    public sealed record File(string Path, Digest Digest) : Source
    {
        public override string ToString() => $"file:{Path}";
    }

    /// <summary>A file on a web server.</summary>
    public sealed record Https(Uri Address, Digest Digest) : Source
    {
        /// <summary>Without the query, which may hold a signature.</summary>
        public override string ToString() => Address.GetLeftPart(UriPartial.Path);
    }
}
