using System.Security.Cryptography;
using System.Text;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Keys;
using Tapedeck.Oci.Signatures.Reading;
using Tapedeck.Oci.Signatures.Sigstore;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures.Sigstore;

public sealed class CheckpointTests
{
    private const string Root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private const string Text = $"log.example\n7\n{Root}\n";

    [Theory]
    [InlineData(Text + "\n\u2014 log.example AAAAAAA=\n", true)]
    [InlineData("log.example\n7\n" + Root + "\nanother line\n\n\u2014 log.example AAAAAAA=\n", true)]
    [InlineData(Text + "\n", false)]
    [InlineData(Text, false)]
    [InlineData("", false)]
    [InlineData(Text + "\n\u2014 log.example AAAAAAA=", false)]
    [InlineData(Text + "\n\u2014 log.example\n", false)]
    [InlineData(Text + "\n\u2014 log.example AAAAAA==\n", false)]
    [InlineData(Text + "\n- log.example AAAAAAA=\n", false)]
    [InlineData(Text + "\n\u2014 log.example AAAAAAA= more\n", false)]
    [InlineData("7\n" + Root + "\n\n\u2014 log.example AAAAAAA=\n", false)]
    [InlineData("log.example\n07\n" + Root + "\n\n\u2014 log.example AAAAAAA=\n", false)]
    [InlineData("log.example\n-7\n" + Root + "\n\n\u2014 log.example AAAAAAA=\n", false)]
    [InlineData("log.example\n7\nAAAA\n\n\u2014 log.example AAAAAAA=\n", false)]
    [InlineData("\n7\n" + Root + "\n\n\u2014 log.example AAAAAAA=\n", false)]
    public void A_note_is_read_strictly(string note, bool isRead) =>
        Assert.Equal(isRead, Readings.Of("it", () => Checkpoint.Parse(note)).Is(out _, out _));

    [Theory]
    [InlineData("the log alone", true)]
    [InlineData("a witness first", true)]
    [InlineData("the log twice, good first", true)]
    [InlineData("the log twice, bad first", false)]
    [InlineData("another text", false)]
    [InlineData("another hint", false)]
    [InlineData("a witness alone", false)]
    public void The_log_itself_has_to_have_signed(string what, bool isSigned)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = VerificationKey.Read(pair.ExportSubjectPublicKeyInfoPem(), out _)!;
        var log = new TrustedLog("log.example", [], key, new Validity(null, null));
        var signed = what == "another text" ? "log.example\n8\n" : Text;
        var hint = what == "another hint" ? new byte[4] : SHA256.HashData(pair.ExportSubjectPublicKeyInfo())[..4];
        var signature = pair.SignData(Encoding.UTF8.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var own = $"\u2014 log.example {Convert.ToBase64String([.. hint, .. signature])}\n";
        const string Witness = "\u2014 witness.example AAAAAAA=\n";
        var bad = $"\u2014 log.example {Convert.ToBase64String([.. hint, 1, 2, 3])}\n";
        var lines = what switch
        {
            "a witness first" => Witness + own,
            "a witness alone" => Witness,
            "the log twice, good first" => own + bad,
            "the log twice, bad first" => bad + own,
            _ => own,
        };
        Assert.Equal(isSigned, Checkpoint.Parse($"{Text}\n{lines}").IsSignedBy(log, key));
    }

    /// <summary>Signatures over this checkpoint by the first key of RFC 8032, section 7.1, made with OpenSSL.</summary>
    [Theory]
    [InlineData("log.example", "log.example", "log.example", true)]
    [InlineData("log.example", "log.example", "other.example", false)]
    [InlineData("log.example", "other.example", "log.example", false)]
    [InlineData("other.example", "log.example", "log.example", false)]
    public void A_newer_log_signs_under_its_own_name(string origin, string name, string log, bool isSigned)
    {
        var raw = Convert.FromHexString("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        var key = VerificationKey.OfSpki([.. Convert.FromHexString("302a300506032b6570032100"), .. raw]);
        var signature = Convert.FromHexString(origin == "log.example"
            ? "de3b95f97b5adf8c710fce84ef7667f157a83b04598fc11acd3d078ee43bd72c24c96c036e8c9e777d89554661f228103d48fc0b09c09b514a0119d2b9a0bf09"
            : "0e8b1ec082dd3bfff167a047dc91d4a8bfcbb57ed1133eefce2e8da781ce48ecf27e99bf9f530fb3936c2bcd52d5e94d85d842f856f00c060c550fa881ebbc0c");
        var hint = SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', 1, .. raw])[..4];
        var note = $"{origin}\n7\n{Root}\n\n\u2014 {name} {Convert.ToBase64String([.. hint, .. signature])}\n";
        Assert.True(key.Verifies(SignedMessage.Of(Encoding.UTF8.GetBytes($"{origin}\n7\n{Root}\n")), signature, SignatureAlgorithm.Sigstore));
        Assert.Equal(isSigned, Checkpoint.Parse(note).IsSignedBy(new TrustedLog(log, [], key, new Validity(null, null)), key));
    }

    [Theory]
    [InlineData("the key alone", "log.example", "log.example", true)]
    [InlineData("the key alone", "log.example", "other.example", true)]
    [InlineData("the name and the key", "log.example", "log.example", true)]
    [InlineData("the name and the key", "log.example", "other.example", false)]
    [InlineData("the name and the key", "other.example", "log.example", false)]
    [InlineData("the name and the key in another kind", "log.example", "log.example", false)]
    public void A_log_with_an_RSA_key_is_told_by(string what, string name, string log, bool isSigned)
    {
        using var pair = RSA.Create(2048);
        var spki = pair.ExportSubjectPublicKeyInfo();
        var key = VerificationKey.OfSpki(spki);
        var kind = what.EndsWith("another kind", StringComparison.Ordinal) ? "PKIX-RSA-PSS"u8.ToArray() : "PKIX-RSA-PKCS#1v1.5"u8.ToArray();
        var hint = SHA256.HashData(what == "the key alone" ? spki : [.. Encoding.UTF8.GetBytes(name), (byte)'\n', 0xff, .. kind, .. spki])[..4];
        var signature = pair.SignData(Encoding.UTF8.GetBytes(Text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var note = $"{Text}\n\u2014 {name} {Convert.ToBase64String([.. hint, .. signature])}\n";
        Assert.Equal(isSigned, Checkpoint.Parse(note).IsSignedBy(new TrustedLog(log, [], key, new Validity(null, null)), key));
    }

    [Fact]
    public void Many_signatures_are_refused()
    {
        var note = $"{Text}\n{string.Concat(Enumerable.Repeat("\u2014 w.example AAAAAAA=\n", 33))}";
        Assert.False(Readings.Of("it", () => Checkpoint.Parse(note)).Is(out _, out var refusal));
        Assert.Equal(RefusalReason.TooLarge, refusal!.Reason);
    }
}
