using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Tapedeck.Oci.Storage;
using Xunit;

namespace Tapedeck.Oci.Tests.Storage;

/// <summary>
/// Real processes on one store. This test assembly is their program as well: <see cref="StoreWriter"/> is what they run, started by the .NET host
/// with the runtime configuration of the tests.
/// </summary>
public sealed class KilledProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("oci-kill-").FullName;

    [Fact]
    public async Task Processes_that_write_and_are_killed_leave_only_whole_content()
    {
        using var first = Start();
        using var second = Start();
        var random = new Random(1);
        for (var round = 0; round < 8; round++)
        {
            using var victim = Start();
            Assert.Equal("ready", await victim.StandardOutput.ReadLineAsync().WaitAsync(Patience));
            await Task.Delay(random.Next(5, 60));
            victim.Kill();
            await victim.WaitForExitAsync();
        }
        await Task.WhenAll(End(first), End(second));
        var store = ContentStore.Open(_folder, TimeProvider.System).Required;
        var files = Directory.GetFiles(Path.Combine(_folder, "blobs", "sha256"));
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            Assert.NotNull(await store.Read(Digest.Parse($"sha256:{Path.GetFileName(file)}"), 1 << 24, default));
        }
        var left = Directory.GetFiles(Path.Combine(_folder, "ingest")).Length;
        // What the killed ones left on the way is collected once it is old, and the lock of a killed collector holds nobody up.
        var later = new FastTime();
        later.Advance(TimeSpan.FromHours(3));
        Assert.True(StoreCollector.Collect(ContentStore.Open(_folder, later).Required, new StoreLimits(long.MaxValue, TimeSpan.FromDays(1))).Ran);
        Assert.InRange(Directory.GetFiles(Path.Combine(_folder, "ingest")).Length, 0, Math.Min(left, 1));
    }

    private Process Start()
    {
        var assembly = Assembly.GetExecutingAssembly().Location;
        var host = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet");
        return Process.Start(new ProcessStartInfo(host, ["exec", "--runtimeconfig", Path.ChangeExtension(assembly, ".runtimeconfig.json"), assembly, StoreWriter.Command, _folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
    }

    private static async Task End(Process process)
    {
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        finally
        {
            process.Kill();
        }
        Assert.Equal(0, process.ExitCode);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
