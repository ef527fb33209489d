using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tapedeck.Oci.Signatures.Keys;
using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>
/// A log's signed word on its tree: a signed note (<see href="https://github.com/C2SP/C2SP/blob/main/signed-note.md"/>) whose text is a checkpoint
/// (<see href="https://github.com/C2SP/C2SP/blob/main/tlog-checkpoint.md"/>).
/// </summary>
/// <param name="Text">What is signed, with the newline at its end.</param>
internal sealed record Checkpoint(string Origin, long TreeSize, byte[] RootHash, byte[] Text, Checkpoint.Line[] Signatures)
{
    private const int MostCharacters = 16 * 1024;
    private const int MostSignatures = 32;
    private const int HintLength = 4;

    internal static Checkpoint Parse(string note)
    {
        // Signatures follow the last blank line.
        var blank = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (note.Length > MostCharacters || blank < 0 || blank + 2 == note.Length || !note.EndsWith('\n'))
        {
            throw new UnreadableException("the checkpoint is not a note with a signature");
        }
        var lines = note[..blank].Split('\n');
        if (lines.Length < 3 || lines[0].Length == 0
            || !long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || size.ToString(CultureInfo.InvariantCulture) != lines[1])
        {
            throw new UnreadableException("the checkpoint does not begin with an origin, a tree size and a root hash");
        }
        var root = Base64Text.Decode(lines[2]);
        if (root.Length != SHA256.HashSizeInBytes)
        {
            throw new UnreadableException("the checkpoint's root hash is not SHA-256");
        }
        var signatures = note[(blank + 2)..^1].Split('\n');
        return signatures.Length <= MostSignatures
            ? new Checkpoint(lines[0], size, root, Encoding.UTF8.GetBytes(note[..(blank + 1)]), [.. signatures.Select(ParseLine)])
            : throw new UnreadableException(RefusalReason.TooLarge, $"the checkpoint has more than {MostSignatures} signatures");
    }

    /// <summary>
    /// Whether the log itself signed. Other signatures, of witnesses, may stand beside it in any order and are not looked at: the trusted root
    /// has no keys of witnesses. Of the log's own the first counts, good or bad: no stranger chooses how many are tried.
    /// </summary>
    internal bool IsSignedBy(TrustedLog log, VerificationKey key)
    {
        var message = SignedMessage.Of(Text);
        return Signatures.FirstOrDefault(line => IsOf(line, log, key)) is { } own && key.Verifies(message, own.Signature, SignatureAlgorithm.Sigstore);
    }

    /// <summary>
    /// An ECDSA key's hint is of the key alone, and so is an RSA key's of logs that are older than the rule for them. The others bind the line's name, so that
    /// must be the log's own, and the checkpoint's origin too. <see href="https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto"/>, checkpoint_key_id.
    /// </summary>
    private bool IsOf(Line line, TrustedLog log, VerificationKey key) => key.Family switch
    {
        KeyFamily.Ed25519 => IsUnderItsName(line, log) && HasHint(line, [.. NameOf(line), 1, .. key.Ed25519Bytes]),
        KeyFamily.Rsa => HasHint(line, key.Spki) || (IsUnderItsName(line, log) && HasHint(line, [.. NameOf(line), 0xff, .. "PKIX-RSA-PKCS#1v1.5"u8, .. key.Spki])),
        _ => HasHint(line, key.Spki),
    };

    private bool IsUnderItsName(Line line, TrustedLog log) => line.Name == log.Name && Origin == log.Name;

    private static byte[] NameOf(Line line) => Encoding.UTF8.GetBytes($"{line.Name}\n");

    private static bool HasHint(Line line, ReadOnlySpan<byte> hashed) => line.Hint.AsSpan().SequenceEqual(SHA256.HashData(hashed).AsSpan(0, HintLength));

    private static Line ParseLine(string line)
    {
        var parts = line.Split(' ');
        if (parts is not ["\u2014", { Length: > 0 } name, var encoded])
        {
            throw new UnreadableException("the checkpoint has a line below the blank one that is no signature");
        }
        var bytes = Base64Text.Decode(encoded);
        return bytes.Length > HintLength
            ? new Line(name, bytes[..HintLength], bytes[HintLength..])
            : throw new UnreadableException("the checkpoint has a signature of no bytes");
    }

    /// <summary>One signature of the note.</summary>
    /// <param name="Hint">Tells which key may have made it.</param>
    internal sealed record Line(string Name, byte[] Hint, byte[] Signature);
}
