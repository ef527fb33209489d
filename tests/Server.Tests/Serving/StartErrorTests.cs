using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Server.Commands;
using Tapedeck.Server.Serving;
using Xunit;

namespace Tapedeck.Server.Tests.Serving;

/// <summary>The program that cannot start as it was told to says what, where and what to do, and nothing of a file's content.</summary>
public sealed class StartErrorTests : IDisposable
{
    private const string Secret = "hunter2";

    private readonly string _folder = Directory.CreateTempSubdirectory("start-").FullName;

    [Fact]
    public async Task A_port_that_is_taken_is_named_and_the_other_one_is_given_back()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var endpoint = (IPEndPoint)taken.LocalEndpoint;
        var free = new IPEndPoint(IPAddress.Loopback, LiveServer.FreePort());
        Assert.StartsWith($"{endpoint} cannot be served: ", await ErrorAsync(new ServeOptions { Mcp = endpoint, Operations = free }), StringComparison.Ordinal);
        var error = await ErrorAsync(new ServeOptions { Mcp = free, Operations = endpoint });
        Assert.StartsWith($"{endpoint} cannot be served: ", error, StringComparison.Ordinal);
        Assert.EndsWith("Stop what listens there, or name another address and port", error, StringComparison.Ordinal);
        using var again = new TcpListener(free);
        again.Start();
    }

    [Fact]
    public async Task An_address_of_another_machine_is_named()
    {
        // Of the blocks for documentation, which no machine has.
        var error = await ErrorAsync(new ServeOptions { Mcp = IPEndPoint.Parse("192.0.2.1:3001") });
        Assert.StartsWith("192.0.2.1:3001 cannot be served: ", error, StringComparison.Ordinal);
        Assert.EndsWith("name an address of this machine, and a port that this user may listen on", error, StringComparison.Ordinal);
    }

    public static TheoryData<string, Dictionary<string, string>, string> Certificates()
    {
        var (one, key) = Certificate();
        var (_, other) = Certificate();
        return new()
        {
            { "no folder", [], "its folder does not exist" },
            { "no key", new() { ["tls.crt"] = one }, "it does not exist" },
            { "no certificate", new() { ["tls.key"] = key }, "it does not exist" },
            { "the key of another certificate", new() { ["tls.crt"] = one, ["tls.key"] = other }, "its content is not what it has to be" },
            { "no PEM", new() { ["tls.crt"] = Secret, ["tls.key"] = Secret }, "its content is not what it has to be" },
            { "empty files", new() { ["tls.crt"] = "", ["tls.key"] = "" }, "its content is not what it has to be" },
        };
    }

    [Theory]
    [MemberData(nameof(Certificates))]
    public async Task A_certificate_that_cannot_be_used(string _, Dictionary<string, string> files, string reason)
    {
        var folder = Path.Combine(_folder, "tls");
        foreach (var (name, text) in files)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, name), text);
        }
        Assert.Equal(
            $"the certificate in {folder} cannot be read ({reason}); put tls.crt and tls.key into it, in PEM and belonging together",
            await ErrorAsync(new ServeOptions { TlsFolder = folder }));
    }

    [Theory]
    [InlineData(null, "it does not exist")]
    [InlineData("", "its content is not what it has to be")]
    [InlineData("\n \n", "its content is not what it has to be")]
    [InlineData(Secret + "\nand more", "its content is not what it has to be")]
    [InlineData(Secret + "\u00e9", "its content is not what it has to be")]
    [InlineData("/", "access is denied, or it is a folder")]
    public async Task A_token_that_cannot_be_used(string? text, string reason)
    {
        var file = Path.Combine(_folder, "token");
        if (text == "/")
        {
            Directory.CreateDirectory(file);
        }
        else if (text is not null)
        {
            File.WriteAllText(file, text);
        }
        var error = await ErrorAsync(new ServeOptions { BearerTokenFile = file });
        Assert.Equal($"the file of the bearer token {file} cannot be read ({reason}); put the token into it, in one line of printable characters", error);
        Assert.DoesNotContain(Secret, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--trusted-root FOLDER/nothing", "the trusted root FOLDER/nothing cannot be read (it does not exist); give --trusted-root a trusted_root.json")]
    [InlineData("--trusted-root FOLDER", "the trusted root FOLDER cannot be read (access is denied, or it is a folder); give --trusted-root a trusted_root.json")]
    [InlineData("--volume notes", "--volume expects name=PATH, and not 'notes'")]
    [InlineData("--volume =FOLDER", "--volume expects name=PATH, and not '=FOLDER'")]
    [InlineData("--volume a=FOLDER --volume a=FOLDER", "--volume names a twice; give each one once")]
    [InlineData("--secret a/b=", "--secret expects name=PATH, and not 'a/b='")]
    public void Options_that_cannot_be_followed(string line, string expected)
    {
        var parsed = Root.Make().Parse(["serve", "-f", "x", .. line.Replace("FOLDER", _folder, StringComparison.Ordinal).Split(' ')]);
        Assert.Equal(expected.Replace("FOLDER", _folder, StringComparison.Ordinal), Assert.Throws<StartException>(() => Shared.MountsOf(parsed)).Message);
    }

    [Theory]
    [InlineData("--allow-address 10.0.0.0/99", "--allow-address expects a host or a CIDR block such as 10.1.2.0/24, and not '10.0.0.0/99'")]
    public void Pulls_that_cannot_be_followed(string line, string expected)
    {
        var parsed = Root.Make().Parse(["serve", "-f", "x", .. line.Split(' ')]);
        Assert.Equal(expected, Assert.Throws<StartException>(() => RegistryArguments.OptionsOf(parsed)).Message);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_named()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<StartException>(() => new Station(options: new RuntimeOptions { CacheFolder = file })).Message;
        Assert.StartsWith($"the cache {file} cannot be made or written (", error, StringComparison.Ordinal);
        Assert.EndsWith("give --cache a folder of this user's, or none", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pod_without_its_manifest_says_who_puts_it_there()
    {
        var tool = Path.Combine(_folder, "tool.json");
        var desired = new PodManifest(tool, Path.Combine(_folder, "nothing", "policy.json"), []).ReadIfChanged()!;
        Assert.Empty(desired.Tools);
        const string Advice = "--manifest is for pods, where the operator mounts it";
        Assert.Equal(2, desired.Problems.Length);
        Assert.Equal($"{tool}: cannot be read (it does not exist); {Advice}", desired.Problems[0]);
        Assert.Equal($"{Path.Combine(_folder, "nothing", "policy.json")}: cannot be read (its folder does not exist); {Advice}", desired.Problems[1]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string> ErrorAsync(ServeOptions options)
    {
        using var station = new Station();
        station.Tool("hand", HandMade.Component(1));
        if (options.Mcp.Port == 3001 && options.Mcp.Address.Equals(IPAddress.Loopback))
        {
            options = options with { Mcp = new IPEndPoint(IPAddress.Loopback, 0) };
        }
        return (await Assert.ThrowsAsync<StartException>(() =>
            new ServeHost(station.Runtime, options, station.Files, station.Loggers).RunAsync((_, _) => Assert.Fail("it started"), default))).Message;
    }

    private static (string Certificate, string Key) Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=start", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
