using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Notation;
using Tapedeck.Oci.Tests.Signatures.Making;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures.Notation;

public sealed class EnvelopeTests
{
    private static readonly Digest Artifact = Digest.Sha256("an artifact"u8);
    private static readonly EnvelopeService Service = new();
    private static readonly EnvelopeRecipe Good = new(Artifact);
    private static readonly DateTimeOffset Now = EnvelopeService.Now;
    private static readonly string[] Forms = ["jws", "cose"];
    private const string Server = "1.3.6.1.5.5.7.3.1";

    private static readonly EnvelopeService Lax = new() { Authority = new Authority("C=US, ST=WA, O=Acme, CN=Acme root", Now.AddYears(-2), Now.AddYears(5), usage: null) };

    public static TheoryData<string, string> Algorithms => Of("ES256", "ES384", "ES512", "PS256", "PS384", "PS512");

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void An_envelope_of_every_algorithm_is_verified(string form, string algorithm)
    {
        var result = Check(form, Service.Sign(form, Good with { Algorithm = algorithm }), Signer());
        Assert.True(result.Is(out var verified, out var refusal), refusal?.Message);
        Assert.Equal(($"notation {form}", "C=US, ST=WA, O=Acme, CN=release"), (verified.Form, verified.Signer.Identity));
    }

    public static TheoryData<string, string> GoodOnes =>
        Of("an expiry to come", "a signing authority's time", "a timestamp", "a timestamp that may be wrong by seconds", "a header that is not critical", "a certificate without a purpose", "a certificate for promises too");

    [Theory]
    [MemberData(nameof(GoodOnes))]
    public void An_envelope_is_verified_with(string form, string what)
    {
        var at = Now.AddMonths(-6);
        var recipe = what switch
        {
            "an expiry to come" => Good with { Expiry = Now.AddDays(1), Critical = [.. Good.Critical, "io.cncf.notary.expiry"] },
            "a signing authority's time" => OfSigningAuthority(at),
            "a timestamp" or "a timestamp that may be wrong by seconds" => Good with { Timestamp = at },
            "a certificate without a purpose" => Good with { Purposes = [] },
            "a certificate for promises too" => Good with { Usage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation },
            _ => Good with { Extra = "com.example.note" },
        };
        // A certificate that ran out is good for what was provably signed before.
        var hasTime = what == "a signing authority's time" || what.StartsWith("a timestamp", StringComparison.Ordinal);
        var service = new EnvelopeService { Authority = Service.Authority, Timestamps = new TimestampService(Now.AddYears(-2), Now.AddYears(5)) { Accuracy = what.EndsWith("seconds", StringComparison.Ordinal) ? 10 : null } };
        var envelope = service.Sign(form, recipe, to: hasTime ? Now.AddMonths(-1) : null);
        var signer = Signer(what == "a signing authority's time" ? SigningScheme.SigningAuthority : SigningScheme.X509);
        var result = Check(form, envelope, signer with { TimestampAuthorities = [service.Timestamps.Root.Certificate] });
        Assert.True(result.Is(out var verified, out var refusal), refusal?.Message);
        Assert.Equal(hasTime ? at : null, verified.SignedAt);
    }

    public static TheoryData<string, string, RefusalReason> BadOnes
    {
        get
        {
            var all = new TheoryData<string, string, RefusalReason>();
            foreach (var form in Forms)
            {
                all.Add(form, "another artifact", RefusalReason.WrongDigest);
                all.Add(form, "a signature of another key", RefusalReason.WrongSignature);
                all.Add(form, "another authority", RefusalReason.UntrustedCertificate);
                all.Add(form, "another signer", RefusalReason.WrongSigner);
                all.Add(form, "nobody named", RefusalReason.WrongSigner);
                all.Add(form, "an algorithm without its place", RefusalReason.Unsupported);
                all.Add(form, "a certificate that ran out", RefusalReason.UntrustedCertificate);
                all.Add(form, "a certificate of a server", RefusalReason.UntrustedCertificate);
                all.Add(form, "a certificate of an authority", RefusalReason.UntrustedCertificate);
                all.Add(form, "a certificate for encryption", RefusalReason.UntrustedCertificate);
                all.Add(form, "a certificate with an unknown critical extension", RefusalReason.UntrustedCertificate);
                all.Add(form, "a certificate of a server for any purpose", RefusalReason.UntrustedCertificate);
                all.Add(form, "a certificate of a server and of a signer", RefusalReason.UntrustedCertificate);
                all.Add(form, "a certificate of a client and of a signer", RefusalReason.UntrustedCertificate);
                all.Add(form, "a certificate of a mail user and of a signer", RefusalReason.UntrustedCertificate);
                all.Add(form, "a certificate of a clock and of a signer", RefusalReason.UntrustedCertificate);
                all.Add(form, "a certificate for anything", RefusalReason.UntrustedCertificate);
                all.Add(form, "a certificate for signatures and certificates", RefusalReason.UntrustedCertificate);
                all.Add(form, "a certificate whose usage is not critical", RefusalReason.UntrustedCertificate);
                all.Add(form, "a certificate that was signed by SHA-1", RefusalReason.UntrustedCertificate);
                all.Add(form, "a larger key than the algorithm is for", RefusalReason.WrongSignature);
                all.Add(form, "a smaller key than the algorithm is for", RefusalReason.WrongSignature);
                all.Add(form, "an authority without a usage", RefusalReason.UntrustedCertificate);
                all.Add(form, "an expiry gone by", RefusalReason.Expired);
                all.Add(form, "an expiry that is not critical", RefusalReason.Malformed);
                all.Add(form, "an unknown critical header", RefusalReason.Unsupported);
                all.Add(form, "a verification plugin", RefusalReason.Unsupported);
                all.Add(form, "no critical scheme", RefusalReason.Malformed);
                all.Add(form, "an unknown scheme", RefusalReason.Unsupported);
                all.Add(form, "another payload", RefusalReason.Unsupported);
                all.Add(form, "a signing authority's time for another store", RefusalReason.WrongSigner);
                all.Add(form, "a signing authority's time to come", RefusalReason.NoTrustedTime);
                all.Add(form, "a timestamp after the certificate ran out", RefusalReason.UntrustedCertificate);
                all.Add(form, "a timestamp of nobody", RefusalReason.WrongTimestamp);
                all.Add(form, "a timestamp that may be of after the certificate ran out", RefusalReason.UntrustedCertificate);
                all.Add(form, "a timestamp that may be of before the certificate began", RefusalReason.UntrustedCertificate);
                all.Add(form, "a timestamp of a certificate for encryption too", RefusalReason.UntrustedCertificate);
                all.Add(form, "a timestamp of a certificate that was signed by SHA-1", RefusalReason.UntrustedCertificate);
                all.Add(form, "a timestamp of an authority without a usage", RefusalReason.UntrustedCertificate);
                all.Add(form, "the signer's certificate alone", RefusalReason.UntrustedCertificate);
                all.Add(form, "a certificate that belongs to nobody here", RefusalReason.UntrustedCertificate);
                all.Add(form, "a certificate of nobody here at the end", RefusalReason.UntrustedCertificate);
                all.Add(form, "the same root twice", RefusalReason.UntrustedCertificate);
                all.Add(form, "a store with what is no root", RefusalReason.UntrustedCertificate);
                all.Add(form, "no signing time", RefusalReason.Unsupported);
                all.Add(form, "a signing time beside that of a signing authority", RefusalReason.Unsupported);
            }
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(BadOnes))]
    public void An_envelope_is_refused_for(string form, string what, RefusalReason reason)
    {
        var service = what == "an authority without a usage" ? Lax
            : what == "a store with what is no root" ? new EnvelopeService { Authority = new Authority("C=US, ST=WA, O=Acme, CN=Acme", Now.AddYears(-2), Now.AddYears(5), issuer: Service.Authority) }
            : new EnvelopeService { Authority = Service.Authority, Timestamps = Clock(what) };
        var envelope = service.Sign(form, Bad(what), to: what.Contains("ran out", StringComparison.Ordinal) ? Now.AddMonths(-1) : null);
        var signer = what switch
        {
            "an authority without a usage" or "a store with what is no root" => Signer() with { Authorities = [service.Authority.Certificate] },
            "another authority" => Signer() with { Authorities = [new EnvelopeService().Authority.Certificate] },
            "another signer" => Signer() with { Identities = [SubjectPattern.Read("x509.subject: C=US, ST=WA, O=Other", out _)!] },
            "nobody named" => Signer() with { Identities = [] },
            "a signing authority's time to come" or "a signing time beside that of a signing authority" => Signer(SigningScheme.SigningAuthority),
            "a timestamp of nobody" => Signer() with { TimestampAuthorities = [new EnvelopeService().Timestamps.Root.Certificate] },
            _ => Signer() with { TimestampAuthorities = [service.Timestamps.Root.Certificate] },
        };
        Assert.False(Check(form, envelope, signer).Is(out _, out var refusal));
        Assert.True(reason == refusal!.Reason, refusal.Message);
    }

    [Fact]
    public void A_media_type_that_is_not_known_is_refused()
    {
        Assert.False(SignatureCheck.Check(new EnvelopeSignature("here", "application/pgp", Service.Sign("jws", Good)), Signer(), Subject, TimeSpan.MaxValue, Now)!
            .Value.Is(out _, out var refusal));
        Assert.Equal(RefusalReason.Unsupported, refusal!.Reason);
    }

    private static EnvelopeRecipe Bad(string what) => what switch
    {
        "another artifact" => new EnvelopeRecipe(Digest.Sha256("another artifact"u8)),
        "a signature of another key" => Good with { IsSignedByAnother = true },
        "an algorithm without its place" => Good with { Algorithm = "RS256" },
        "a certificate of a server" => Good with { Purposes = [Server] },
        "a certificate of a server for any purpose" => Good with { Purposes = [], Usage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment },
        "a certificate of a server and of a signer" => Good with { Purposes = [Authority.CodeSigning, Server] },
        "a certificate of a client and of a signer" => Good with { Purposes = [Authority.CodeSigning, "1.3.6.1.5.5.7.3.2"] },
        "a certificate of a mail user and of a signer" => Good with { Purposes = [Authority.CodeSigning, "1.3.6.1.5.5.7.3.4"] },
        "a certificate of a clock and of a signer" => Good with { Purposes = [Authority.CodeSigning, Authority.TimeStamping] },
        "a certificate for anything" => Good with { Purposes = [Authority.CodeSigning, "2.5.29.37.0"] },
        "a certificate for signatures and certificates" => Good with { Usage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign },
        "a certificate whose usage is not critical" => Good with { IsUsageCritical = false },
        "a certificate that was signed by SHA-1" => Good with { IssuedBy = HashAlgorithmName.SHA1 },
        "a larger key than the algorithm is for" => Good with { Algorithm = "PS256", KeyBits = 3072 },
        "a smaller key than the algorithm is for" => Good with { Algorithm = "PS512", KeyBits = 2048 },
        "a certificate of an authority" => Good with { IsAuthority = true },
        "a certificate for encryption" => Good with { Usage = X509KeyUsageFlags.KeyEncipherment },
        "a certificate with an unknown critical extension" => Good with { HasUnknownExtension = true },
        "an expiry gone by" => Good with { Expiry = Now.AddSeconds(-1), Critical = [.. Good.Critical, "io.cncf.notary.expiry"] },
        "an expiry that is not critical" => Good with { Expiry = Now.AddDays(1) },
        "an unknown critical header" => Good with { Extra = "com.example.must", Critical = [.. Good.Critical, "com.example.must"] },
        "a verification plugin" => Good with { Extra = "io.cncf.notary.verificationPlugin", Critical = [.. Good.Critical, "io.cncf.notary.verificationPlugin"] },
        "no critical scheme" => Good with { Critical = [] },
        "an unknown scheme" => Good with { Scheme = "notary.other" },
        "another payload" => Good with { ContentType = "application/json" },
        "a signing authority's time for another store" => OfSigningAuthority(Now.AddDays(-1)),
        "a signing authority's time to come" => OfSigningAuthority(Now.AddDays(1)),
        "a timestamp after the certificate ran out" => Good with { Timestamp = Now.AddDays(-1) },
        "a timestamp that may be of after the certificate ran out" => Good with { Timestamp = Now.AddMonths(-1).AddSeconds(-5) },
        "a timestamp that may be of before the certificate began" => Good with { Timestamp = Now.AddYears(-1).AddSeconds(5) },
        "the signer's certificate alone" => Good with { Chain = chain => [chain[0]] },
        "a certificate that belongs to nobody here" => Good with { Chain = chain => [chain[0], Stranger, chain[1]] },
        "a certificate of nobody here at the end" => Good with { Chain = chain => [.. chain, Stranger] },
        "the same root twice" => Good with { Chain = chain => [.. chain, chain[1]] },
        "no signing time" => Good with { SigningTime = null },
        "a signing time beside that of a signing authority" => OfSigningAuthority(Now.AddDays(-1)) with { SigningTime = Now.AddDays(-1) },
        _ when what.StartsWith("a timestamp of", StringComparison.Ordinal) => Good with { Timestamp = Now.AddDays(-1) },
        _ => Good,
    };

    private static byte[] Stranger => Service.Timestamps.Root.Certificate.RawData;

    private static TimestampService Clock(string what)
    {
        var (from, to) = (Now.AddYears(-2), Now.AddYears(5));
        return what switch
        {
            _ when what.StartsWith("a timestamp that may be", StringComparison.Ordinal) => new TimestampService(from, to) { Accuracy = 10 },
            "a timestamp of a certificate for encryption too" => new TimestampService(from, to, usage: X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment),
            "a timestamp of a certificate that was signed by SHA-1" => new TimestampService(from, to, hash: HashAlgorithmName.SHA1),
            "a timestamp of an authority without a usage" => new TimestampService(from, to, root: new Authority("CN=Test TSA root", from, to, usage: null)),
            _ => Service.Timestamps,
        };
    }

    private static EnvelopeRecipe OfSigningAuthority(DateTimeOffset at) => Good with
    {
        Scheme = "notary.x509.signingAuthority",
        SigningTime = null,
        AuthenticSigningTime = at,
        Critical = [.. Good.Critical, "io.cncf.notary.authenticSigningTime"],
    };

    private static TheoryData<string, string> Of(params string[] cases)
    {
        var all = new TheoryData<string, string>();
        foreach (var form in Forms)
        {
            foreach (var each in cases)
            {
                all.Add(form, each);
            }
        }
        return all;
    }

    private static SignedSubject Subject => new(Artifact, ["registry.example/greet"], null);

    private static NotationSigner Signer(SigningScheme scheme = SigningScheme.X509) =>
        new("acme", [Service.Authority.Certificate], [SubjectPattern.Read("x509.subject: C=US, ST=WA, O=Acme", out _)!], scheme);

    private static Checked<VerifiedSignature> Check(string form, byte[] envelope, NotationSigner signer) =>
        SignatureCheck.Check(
            new EnvelopeSignature("here", form == "jws" ? "application/jose+json" : "application/cose", envelope), signer, Subject, TimeSpan.MaxValue, Now)!.Value;
}
