using System.Buffers.Binary;
using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Notation;

/// <summary>
/// COSE_Sign1 of <see href="https://www.rfc-editor.org/rfc/rfc9052#section-4.2"/>, as
/// <see href="https://github.com/notaryproject/specifications/blob/main/specs/signature-envelope-cose.md"/> has it.
/// </summary>
internal static class CoseEnvelope
{
    internal const string MediaType = "application/cose";
    private const int Sign1 = 18;

    private static readonly CborValue.Integer Algorithm = new(1);
    private static readonly CborValue.Integer Critical = new(2);
    private static readonly CborValue.Integer ContentType = new(3);
    private static readonly CborValue.Integer X5Chain = new(33);

    private static readonly Dictionary<long, string> Algorithms = new()
    {
        [-7] = "ES256",
        [-35] = "ES384",
        [-36] = "ES512",
        [-37] = "PS256",
        [-38] = "PS384",
        [-39] = "PS512",
    };

    internal static Envelope Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > Envelope.MostBytes)
        {
            throw new UnreadableException(RefusalReason.TooLarge, $"is more than {Envelope.MostBytes} bytes");
        }
        if (CborReader.Read(bytes.Span) is not CborValue.Tagged
            {
                Tag: Sign1,
                Value: CborValue.List
                {
                    Items:
                    [
                        CborValue.Bytes { Value: var protectedBytes },
                        CborValue.Map unprotected,
                        CborValue.Bytes { Value: var payload },
                        CborValue.Bytes { Value: var signature },
                    ],
                },
            })
        {
            throw new UnreadableException("is not a tagged COSE_Sign1 with its payload in it");
        }
        if (CborReader.Read(protectedBytes) is not CborValue.Map header)
        {
            throw new UnreadableException("has a protected header that is not a map");
        }
        return new Envelope("cose", AlgorithmOf(header), Header(header), payload, ToSign(protectedBytes, payload), signature,
            Chain(unprotected), Find(unprotected, Envelope.TimestampHeader) is { } timestamp ? Bytes(timestamp) : null);
    }

    private static ProtectedHeader Header(CborValue.Map header)
    {
        var critical = header.Items.GetValueOrDefault(Critical) is CborValue.List list
            ? list.Items.Select(each => each is CborValue.Text text ? text.Value : throw new UnreadableException(RefusalReason.Unsupported, "has a critical header that is not known"))
            : [];
        return ProtectedHeader.Of(
            Text(header.Items.GetValueOrDefault(ContentType)),
            Text(Find(header, ProtectedHeader.SchemeName)),
            [.. critical],
            Find(header, ProtectedHeader.SigningTimeName) is { } signing ? Moment(signing) : null,
            Find(header, ProtectedHeader.ExpiryName) is { } expiry ? Moment(expiry) : null,
            Find(header, ProtectedHeader.AuthenticSigningTimeName) is { } authentic ? Moment(authentic) : null);
    }

    private static string AlgorithmOf(CborValue.Map header) =>
        header.Items.GetValueOrDefault(Algorithm) is CborValue.Integer { Value: var number } && Algorithms.TryGetValue(number, out var name)
            ? name
            : throw new UnreadableException(RefusalReason.Unsupported, "has an algorithm that is not known");

    /// <summary>One certificate stands alone, several in a list (RFC 9360, section 2).</summary>
    private static byte[][] Chain(CborValue.Map header) => header.Items.GetValueOrDefault(X5Chain) switch
    {
        CborValue.Bytes one => [one.Value],
        CborValue.List { Items.Length: <= Envelope.MostCertificates } several => [.. several.Items.Select(Bytes)],
        _ => throw new UnreadableException($"has not an x5chain of at most {Envelope.MostCertificates} certificates"),
    };

    /// <summary>Sig_structure of section 4.4: an array of four, each length in its shortest form.</summary>
    private static byte[] ToSign(byte[] protectedBytes, byte[] payload) =>
    [
        0x84,
        0x6a, .. "Signature1"u8,
        .. ByteStringHead(protectedBytes.Length), .. protectedBytes,
        0x40,
        .. ByteStringHead(payload.Length), .. payload,
    ];

    private static byte[] ByteStringHead(int length)
    {
        const byte Major = 0x40;
        var wide = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(wide.AsSpan(1), length);
        return length switch
        {
            < 24 => [(byte)(Major | length)],
            <= byte.MaxValue => [Major | 24, wide[4]],
            <= ushort.MaxValue => [Major | 25, wide[3], wide[4]],
            _ => [Major | 26, .. wide.AsSpan(1)],
        };
    }

    private static CborValue? Find(CborValue.Map map, string name) => map.Items.GetValueOrDefault(new CborValue.Text(name));

    private static string Text(CborValue? value) => value is CborValue.Text text ? text.Value : throw new UnreadableException("has not all headers of an envelope as texts");

    private static byte[] Bytes(CborValue value) => value is CborValue.Bytes bytes ? bytes.Value : throw new UnreadableException("has something else where bytes are expected");

    /// <summary>Seconds since 1970 under tag 1 (RFC 8949, section 3.4.2).</summary>
    private static DateTimeOffset Moment(CborValue value) =>
        value is CborValue.Tagged { Tag: 1, Value: CborValue.Integer { Value: var seconds } } && seconds >= 0 && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new UnreadableException("has a time that is not in whole seconds since 1970");
}
