using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tapedeck.Fuzz.Playing;

namespace Tapedeck.Fuzz.Oracles;

/// <summary>V8 in a process of its own, which is kept, and started again when it hangs or dies.</summary>
internal sealed class Oracle(string node) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private Process? _process;

    /// <summary>What V8 makes of a scenario, or null where it does not answer.</summary>
    /// <exception cref="InvalidDataException">V8 calls the module invalid, so the generator is wrong.</exception>
    internal Outcome? Play(Scenario scenario)
    {
        var request = ScenarioJson.Write(scenario);
        request["module"] = Convert.ToBase64String(scenario.Module);
        if (Ask(request) is not { } answer)
        {
            return null;
        }
        return answer["error"] is { } error
            ? throw new InvalidDataException($"the oracle: {error}")
            : answer.Deserialize<Outcome>(ScenarioJson.Options);
    }

    /// <summary>Why V8 refuses each module; null for a valid one.</summary>
    internal string?[]? Validate(IEnumerable<byte[]> modules)
    {
        var request = new JsonObject { ["validate"] = new JsonArray([.. modules.Select(static module => (JsonNode)Convert.ToBase64String(module))]) };
        return Ask(request)?["reasons"].Deserialize<string?[]>(ScenarioJson.Options);
    }

    public void Dispose() => Stop();

    private JsonObject? Ask(JsonObject request)
    {
        _process ??= Start();
        try
        {
            _process.StandardInput.WriteLine(request.ToJsonString(ScenarioJson.Options));
            _process.StandardInput.Flush();
            var line = _process.StandardOutput.ReadLineAsync();
            if (line.Wait(Patience) && line.Result is { } answer)
            {
                return JsonNode.Parse(answer)!.AsObject();
            }
        }
        catch (IOException)
        {
            // The process is gone: no answer.
        }
        Stop();
        return null;
    }

    private Process Start() => Process.Start(new ProcessStartInfo(node, [Path.Combine(AppContext.BaseDirectory, "oracle", "oracle.mjs")])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        UseShellExecute = false,
    })!;

    private void Stop()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
        }
        _process?.Dispose();
        _process = null;
    }
}
