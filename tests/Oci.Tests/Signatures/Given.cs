using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Keys;
using Tapedeck.Oci.Signatures.Notation;

namespace Tapedeck.Oci.Tests.Signatures;

/// <summary>What cosign and notation wrote (Given/README.md), pushed as they had pushed it.</summary>
internal static class Given
{
    internal const string RepositoryName = "localhost:5010/demo/greet";
    /// <summary>A moment at which the certificates are valid.</summary>
    internal static readonly DateTimeOffset Now = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    internal static readonly Digest Artifact = Digest.Parse("sha256:d18ba8030b5f1188d7ac4dd0329ba36f83ff997074f806d266a5d6b727ec57f1");
    internal static readonly Digest CoseArtifact = Digest.Parse("sha256:c42d572900fc0ca9158f6eef42bacf3cceb221ffee63774fa88cd16283c88b52");

    internal static MemoryRepository Repository(string name = RepositoryName)
    {
        var repository = new MemoryRepository(name);
        foreach (var file in new[] { "cosign2-payload.json", "cosign3-manifest.json", "cosign3-bundle.json", "notation-jws-manifest.json", "notation-jws.json" })
        {
            repository.Push(Bytes(file));
        }
        repository.Push(Bytes("cosign2-manifest.json"), $"sha256-{Artifact.Hex}.sig");
        repository.Push(Bytes("fallback-index.json"), FallbackTag.Of(Artifact));
        var cose = repository.Push(Bytes("notation-cose-manifest.json"));
        repository.Push(Bytes("notation-cose.cbor"));
        repository.Push(Documents.Index(cose), FallbackTag.Of(CoseArtifact));
        return repository;
    }

    internal static byte[] Bytes(string file)
    {
        using var stream = typeof(Given).Assembly.GetManifestResourceStream($"given/{file}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    internal static KeySigner KeySigner => new(VerificationKey.Read(Encoding.UTF8.GetString(Bytes("cosign.pub")), out _)!);

    internal static X509Certificate2 NotationAuthority => X509CertificateLoader.LoadCertificate(Bytes("notation-ca.crt"));

    internal static NotationSigner NotationSigner(string identity = "x509.subject: C=US, ST=WA, O=Demo") =>
        new("demo", [NotationAuthority], [SubjectPattern.Read(identity, out _)!]);
}
