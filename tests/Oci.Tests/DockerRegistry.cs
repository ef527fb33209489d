using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Tapedeck.Oci.Tests;

/// <summary>
/// Debian's docker-registry, serving a copy of the given storage: OCI_REGISTRY_DIR names the folder of registry-storage.tgz. Where one of the two is missing,
/// its tests are skipped with the reason.
/// </summary>
public sealed class DockerRegistry : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("oci-registry-").FullName;
    private Process? _process;

    private static string? Program { get; } = new[] { "/usr/bin/docker-registry", "/usr/local/bin/docker-registry" }.FirstOrDefault(File.Exists);

    private static string? Storage { get; } = Environment.GetEnvironmentVariable("OCI_REGISTRY_DIR") is { } folder && Path.Combine(folder, "registry-storage.tgz") is var path && File.Exists(path) ? path : null;

    internal static string? Missing { get; } =
        Program is null ? "docker-registry is not installed (apt-get install docker-registry)"
        : Storage is null ? "OCI_REGISTRY_DIR does not name the folder of registry-storage.tgz"
        : null;

    internal string Host { get; private set; } = "";

    public async Task InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }
        await using (var packed = new GZipStream(File.OpenRead(Storage!), CompressionMode.Decompress))
        {
            await TarFile.ExtractToDirectoryAsync(packed, _folder, overwriteFiles: true);
        }
        Host = $"127.0.0.1:{FreePort()}";
        var config = Path.Combine(_folder, "config.yml");
        await File.WriteAllTextAsync(config, $$"""
            version: 0.1
            log: {level: error}
            storage:
              filesystem: {rootdirectory: {{Path.Combine(_folder, "registry")}}}
            http: {addr: "{{Host}}"}
            """);
        _process = Process.Start(new ProcessStartInfo(Program!, ["serve", config]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        using var http = new HttpClient();
        for (var tries = 0; ; tries++)
        {
            try
            {
                (await http.GetAsync($"http://{Host}/v2/")).EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException) when (tries < 100)
            {
                await Task.Delay(100);
            }
        }
    }

    internal PullOptions Options => new()
    {
        Addresses = new([], [IPNetwork.Parse("127.0.0.0/8")]),
        Registries = System.Collections.Immutable.ImmutableDictionary<string, Oci.Registries.RegistryOptions>.Empty.Add(Host, new() { PlainHttp = true }),
        ContainerImages = true,
    };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }
}
