using System.Collections.Immutable;
using Tapedeck.Oci.Signatures.Keys;
using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>
/// What keyless verification rests on: the logs, the certificate authorities and the timestamp authorities, each with the time that it is trusted
/// for. <see href="https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto"/>
/// </summary>
/// <remarks>
/// The file is the host's own, so properties that are not known are skipped: a newer root goes on working. An entry whose key is of an unknown kind
/// is kept, and refuses what rests on it.
/// </remarks>
public sealed class TrustedRoot
{
    private const int MostBytes = 1024 * 1024;
    private const int MostEntries = 64;
    private const string MediaType = "application/vnd.dev.sigstore.trustedroot";

    private TrustedRoot(DateTimeOffset obtainedAt, JsonNode json)
    {
        ObtainedAt = obtainedAt;
        Logs = Entries(json, "tlogs", Log);
        CertificateLogs = Entries(json, "ctlogs", Log);
        CertificateAuthorities = Entries(json, "certificateAuthorities", Authority);
        TimestampAuthorities = Entries(json, "timestampAuthorities", Authority);
    }

    /// <summary>When the host last got this root from its source. Age is counted from here.</summary>
    public DateTimeOffset ObtainedAt { get; }

    internal ImmutableArray<TrustedLog> Logs { get; }
    internal ImmutableArray<TrustedLog> CertificateLogs { get; }
    internal ImmutableArray<TrustedAuthority> CertificateAuthorities { get; }
    internal ImmutableArray<TrustedAuthority> TimestampAuthorities { get; }

    /// <summary>Reads a <c>trusted_root.json</c>.</summary>
    /// <param name="obtainedAt">When it was fetched from its source; not when it was read.</param>
    /// <param name="problem">Why there is no root; empty otherwise.</param>
    public static TrustedRoot? Read(ReadOnlyMemory<byte> json, DateTimeOffset obtainedAt, out string problem)
    {
        var read = Readings.Of("the trusted root", () => Of(json, obtainedAt));
        problem = read.Is(out var root, out var refusal) ? "" : refusal.Message;
        return root;
    }

    private static TrustedRoot Of(ReadOnlyMemory<byte> bytes, DateTimeOffset obtainedAt)
    {
        var json = JsonNode.Parse(bytes, MostBytes);
        var mediaType = json["mediaType"].Text();
        return mediaType is $"{MediaType}+json;version=0.1" or $"{MediaType}.v0.2+json"
            ? new TrustedRoot(obtainedAt, json)
            : throw json["mediaType"].Unknown($"is '{UntrustedText.Show(mediaType)}', which is not a version of {MediaType} that is known");
    }

    private static ImmutableArray<T> Entries<T>(JsonNode json, string name, Func<JsonNode, T> read) =>
        json.Find(name) is { } list ? [.. list.Items(MostEntries).Select(read)] : [];

    private static TrustedLog Log(JsonNode json)
    {
        var address = json["baseUrl"].Text();
        var key = json["publicKey"];
        return new TrustedLog(
            NameOf(address),
            json["logId"]["keyId"].Base64(),
            Readings.Of($"the key of the log {UntrustedText.Show(address)} in the trusted root", () => VerificationKey.OfSpkiOrPkcs1(key["rawBytes"].Base64())),
            Span(key["validFor"]));
    }

    /// <summary>The address without its scheme, which it may lack: a host and a port alone would be taken for a scheme and its path.</summary>
    private static string NameOf(string address) =>
        Uri.TryCreate(address.Contains("://", StringComparison.Ordinal) ? address : $"https://{address}", UriKind.Absolute, out var uri)
            ? $"{uri.Authority}{uri.AbsolutePath.TrimEnd('/')}"
            : address;

    private static TrustedAuthority Authority(JsonNode json)
    {
        var chain = json["certChain"]["certificates"].Items(MostEntries);
        return chain.Length > 0
            ? new TrustedAuthority(
                UntrustedText.Show(json.Find("uri")?.Text() ?? "of the trusted root"),
                [.. chain.Select(each => Certificates.OfDer(each["rawBytes"].Base64()))],
                json.Find("validFor") is { } span ? Span(span) : new Validity(null, null))
            : throw json.Wrong("has no certificate");
    }

    /// <summary>Only the end is optional: a start that is missing would trust a key for all the time before somebody had it.</summary>
    private static Validity Span(JsonNode json) => new(json["start"].Moment(), json.Find("end")?.Moment());
}
