using Tapedeck.Server.Commands;
using Xunit;

namespace Tapedeck.Server.Tests.Commands;

public sealed class PullCommandTests
{
    [Fact]
    public async Task What_was_pulled_into_a_cache_is_there_when_the_registry_is_not()
    {
        var folder = Directory.CreateTempSubdirectory("tapedeck-pull-");
        try
        {
            var component = Station.Example("text");
            string digest, host;
            await using (var registry = await TestRegistry.StartAsync())
            {
                host = registry.Host;
                digest = registry.Push("1.0", component);
                Assert.Equal(ExitCodes.Success, await PullAsync($"oci://{registry.Repository}:1.0", "first"));
            }
            Assert.Equal(ExitCodes.Success, await PullAsync($"oci://{host}/demo/tool@{digest}", "second"));
            Assert.Equal(component, await File.ReadAllBytesAsync(Path.Combine(folder.FullName, "second")));
            Assert.Equal(ExitCodes.Unavailable, await PullAsync($"oci://{host}/demo/tool@{digest}", "third", cache: "none"));

            Task<int> PullAsync(string component, string to, string? cache = null) => PullCommands.MakePull().Parse(
            [
                component, "--cache", cache ?? folder.FullName, "--to", Path.Combine(folder.FullName, to), "--plain-http", host, "--allow-address", "127.0.0.1",
            ]).InvokeAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
