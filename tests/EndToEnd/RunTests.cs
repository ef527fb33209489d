using System.Text.Json;
using Xunit;

namespace Tapedeck.EndToEnd;

/// <summary><c>tapedeck run</c>, as an agent starts it.</summary>
public sealed class RunTests
{
    private const string Policy = """
        apiVersion: tapedeck.dev/v1alpha1
        kind: CapabilityPolicy
        metadata: {name: large}
        spec: {toolSelector: {}, limits: {arguments: 16Mi}}
        """;

    [Theory]
    [InlineData("what the policy grants", true, 5 << 20, "\"characters\":5242880")]
    [InlineData("more than that", true, 17 << 20, "a message has at most 16842752 bytes")]
    [InlineData("more than nobody said", false, 5 << 20, "a message has at most 1114112 bytes")]
    public async Task A_message_is_as_large_as_the_limits_let_arguments_be(string name, bool withPolicy, int characters, string expected)
    {
        var folder = Directory.CreateTempSubdirectory("run-").FullName;
        try
        {
            var policy = Path.Combine(folder, "policy.yaml");
            await File.WriteAllTextAsync(policy, Policy);
            using var process = Tapedeck.StartIn(Tapedeck.Root, ["run", Tapedeck.Example("text"), "--cache", "none", .. withPolicy ? new[] { "--policy", policy } : []]);
            await process.StandardInput.WriteAsync(
                $$$"""{"method":"tools/call","params":{"name":"count","arguments":{"text":"{{{new string('x', characters)}}}"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{} } },"jsonrpc":"2.0","id":"a"}""" + "\n");
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync();
            var line = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(2));
            Assert.Contains(expected, line, StringComparison.Ordinal);
            using var answer = JsonDocument.Parse(line);
            Assert.Equal("a", answer.RootElement.GetProperty("id").GetString());
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
