using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Oci.Signatures.Keys;
using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>
/// The proof, inside a certificate, that a certificate transparency log took it: a SignedCertificateTimestamp over the precertificate,
/// <see href="https://www.rfc-editor.org/rfc/rfc6962#section-3.2"/>.
/// </summary>
internal static class CertificateProof
{
    private const string Extension = "1.3.6.1.4.1.11129.2.4.2";
    private const int MostTimestamps = 16;
    private const int IdLength = 32;
    private const int HeadLength = 1 + IdLength + 8 + 2;

    /// <summary>One good timestamp will do: those of logs that the root does not know say nothing.</summary>
    /// <param name="issuer">The certificate that signed <paramref name="leaf"/>.</param>
    internal static Refusal? Check(X509Certificate2 leaf, X509Certificate2 issuer, TrustedRoot root)
    {
        if (leaf.Extensions[Extension] is not { } extension)
        {
            return new Refusal(RefusalReason.NoCertificateProof, "the certificate has no certificate transparency timestamp");
        }
        if (!Readings.Of("the certificate transparency timestamp", () => Timestamps(extension.RawData)).Is(out var timestamps, out var unreadable)
            || !Readings.Of("the certificate", () => Precertificate(leaf.RawData)).Is(out var precertificate, out unreadable))
        {
            return unreadable;
        }
        var issuerKeyHash = SHA256.HashData(issuer.PublicKey.ExportSubjectPublicKeyInfo());
        var last = new Refusal(RefusalReason.NoCertificateProof, "the certificate has no certificate transparency timestamp");
        foreach (var timestamp in timestamps)
        {
            last = Wrong($"is of the log {Convert.ToHexStringLower(timestamp.LogId)}, which is not in the trusted root");
            foreach (var log in root.CertificateLogs.Where(each => each.KeyId.AsSpan().SequenceEqual(timestamp.LogId)))
            {
                if (Check(timestamp, precertificate, issuerKeyHash, log) is not { } wrong)
                {
                    return null;
                }
                last = wrong;
            }
        }
        return last;
    }

    private static Refusal? Check(Timestamp timestamp, byte[] precertificate, byte[] issuerKeyHash, TrustedLog log)
    {
        if (!log.Key.Is(out var key, out var refusal))
        {
            return refusal;
        }
        return !log.Validity.Contains(timestamp.At) ? Wrong($"is of {timestamp.At:u}, and the log {log.Name} is trusted from {log.Validity}")
            : SignatureAlgorithm.OfTls(timestamp.Hash, timestamp.Algorithm, key) is not { } algorithm ? Wrong("is signed by an algorithm that is not accepted")
            : !key.Verifies(SignedMessage.Of(Signed(timestamp, precertificate, issuerKeyHash)), timestamp.Signature, [algorithm])
                ? Wrong($"is not signed by the log {log.Name}")
            : null;
    }

    /// <summary>The struct that section 3.2 has the log sign.</summary>
    private static byte[] Signed(Timestamp timestamp, byte[] precertificate, byte[] issuerKeyHash)
    {
        Span<byte> numbers = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(numbers, timestamp.At.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt32BigEndian(numbers[8..], precertificate.Length);
        BinaryPrimitives.WriteUInt16BigEndian(numbers[12..], (ushort)timestamp.Extensions.Length);
        const byte V1 = 0;
        const byte CertificateTimestamp = 0;
        ReadOnlySpan<byte> precertEntry = [0, 1];
        return
        [
            V1, CertificateTimestamp, .. numbers[..8], .. precertEntry, .. issuerKeyHash,
            .. numbers[9..12], .. precertificate, .. numbers[12..14], .. timestamp.Extensions,
        ];
    }

    /// <summary>The TBSCertificate without the extension of the timestamps; everything else byte for byte.</summary>
    private static byte[] Precertificate(byte[] certificate)
    {
        var fields = new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        var extensions = new Asn1Tag(TagClass.ContextSpecific, 3, isConstructed: true);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            while (fields.HasData)
            {
                if (fields.PeekTag() != extensions)
                {
                    writer.WriteEncodedValue(fields.ReadEncodedValue().Span);
                    continue;
                }
                var list = fields.ReadSequence(extensions).ReadSequence();
                using var tag = writer.PushSequence(extensions);
                using var sequence = writer.PushSequence();
                while (list.HasData)
                {
                    var extension = list.ReadEncodedValue();
                    if (new AsnReader(extension, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier() != Extension)
                    {
                        writer.WriteEncodedValue(extension.Span);
                    }
                }
            }
        }
        return writer.Encode();
    }

    /// <summary>The SignedCertificateTimestampList of section 3.3, in an OCTET STRING.</summary>
    private static List<Timestamp> Timestamps(byte[] extension)
    {
        var reader = new AsnReader(extension, AsnEncodingRules.DER);
        ReadOnlySpan<byte> list = reader.ReadOctetString();
        reader.ThrowIfNotEmpty();
        var rest = Vector(ref list);
        Exhausted(list);
        var timestamps = new List<Timestamp>();
        while (rest.Length > 0)
        {
            timestamps.Add(timestamps.Count < MostTimestamps
                ? Read(Vector(ref rest))
                : throw new UnreadableException(RefusalReason.TooLarge, $"has more than {MostTimestamps} timestamps"));
        }
        return timestamps;
    }

    private static Timestamp Read(ReadOnlySpan<byte> bytes)
    {
        const byte V1 = 0;
        if (bytes.Length < HeadLength || bytes[0] != V1)
        {
            throw new UnreadableException(RefusalReason.Unsupported, "is not of version 1");
        }
        var milliseconds = BinaryPrimitives.ReadInt64BigEndian(bytes[(1 + IdLength)..]);
        if (milliseconds < 0 || milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            throw new UnreadableException("has a moment out of range");
        }
        var id = bytes.Slice(1, IdLength).ToArray();
        var rest = bytes[(1 + IdLength + 8)..];
        var extensions = Vector(ref rest).ToArray();
        if (rest.Length < 2)
        {
            throw new UnreadableException("is cut off");
        }
        var (hash, algorithm) = (rest[0], rest[1]);
        rest = rest[2..];
        var signature = Vector(ref rest).ToArray();
        Exhausted(rest);
        return new Timestamp(id, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), extensions, hash, algorithm, signature);
    }

    /// <summary>A vector of TLS: a length of two bytes, and as many bytes.</summary>
    private static ReadOnlySpan<byte> Vector(ref ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2 || bytes.Length - 2 < BinaryPrimitives.ReadUInt16BigEndian(bytes))
        {
            throw new UnreadableException("is cut off");
        }
        var vector = bytes.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(bytes));
        bytes = bytes[(2 + vector.Length)..];
        return vector;
    }

    private static void Exhausted(ReadOnlySpan<byte> rest)
    {
        if (rest.Length > 0)
        {
            throw new UnreadableException("is followed by other bytes");
        }
    }

    private static Refusal Wrong(string why) => new(RefusalReason.NoCertificateProof, $"the certificate transparency timestamp {why}");

    private sealed record Timestamp(byte[] LogId, DateTimeOffset At, byte[] Extensions, byte Hash, byte Algorithm, byte[] Signature);
}
