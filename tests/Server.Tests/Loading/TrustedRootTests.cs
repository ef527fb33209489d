using System.Security.Cryptography;
using Tapedeck.Manifest;
using Tapedeck.Server.Loading;
using Xunit;

namespace Tapedeck.Server.Tests.Loading;

/// <summary>How old a trusted root is, by what is known of where it was found.</summary>
public sealed class TrustedRootTests : IDisposable
{
    private const string Empty = """{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("root-").FullName;

    [Theory]
    [InlineData(179, "no entry of a transparency log")]
    [InlineData(181, "is believed for 180 days; fetch it anew")]
    public async Task A_laptops_root_is_as_old_as_its_file(int days, string reason)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var registry = await TestRegistry.StartAsync();
        registry.Push("v1", HandMade.Component(1), key);
        var file = Write("root.json", Empty);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-days));
        // A link to it is no younger.
        var link = Path.Combine(_folder, "link.json");
        File.CreateSymbolicLink(link, file);
        using var station = new Station(options: TestRegistry.Options(), trustedRoot: link);
        station.Write("tool.yaml", registry.Tool("tag: v1") + $$"""

              verify: { keys: [{{System.Text.Json.JsonSerializer.Serialize(key.ExportSubjectPublicKeyInfoPem())}}], trustedRootConfigMap: root, requireTransparencyLog: true }
            """);
        await station.ApplyAsync();
        var failure = station.Served("tool").Failure!;
        Assert.Equal(LoadFailure.NotVerified, failure.Reason);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pods_root_is_as_old_as_the_operator_says()
    {
        Write(PodPaths.TrustedRoot, Empty);
        Write(PodPaths.TrustedRootObtainedAt, "2026-01-02T03:04:05Z");
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), new PodMounts(_folder).TrustedRoot("root", out var problem)!.ObtainedAt);
        Assert.Empty(problem);
    }

    [Theory]
    [InlineData(null, "the operator has not said yet when the trusted root of the ConfigMap root was obtained")]
    [InlineData("yesterday", "/etc/tapedeck/policy/trusted-root-obtained-at holds no time; look at the version of the operator")]
    public void A_pods_root_of_unknown_age_is_none(string? time, string expected)
    {
        Write(PodPaths.TrustedRoot, Empty);
        if (time is not null)
        {
            Write(PodPaths.TrustedRootObtainedAt, time);
        }
        Assert.Null(new PodMounts(_folder).TrustedRoot("root", out var problem));
        Assert.Equal(expected, problem);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string path, string text)
    {
        var file = Path.Combine(_folder, path.TrimStart('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }
}
