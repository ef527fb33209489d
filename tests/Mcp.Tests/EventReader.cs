using System.Text.Json;

namespace Tapedeck.Mcp.Tests;

/// <summary>Reads an event stream while it comes.</summary>
internal sealed class EventReader(HttpResponseMessage response) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private StreamReader? _reader;

    internal HttpResponseMessage Response => response;

    /// <summary>The next message, or null at the end.</summary>
    internal async Task<JsonElement?> NextAsync()
    {
        while (await NextLineAsync() is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return JsonDocument.Parse(line[6..]).RootElement;
            }
        }
        return null;
    }

    internal async Task<string?> NextLineAsync()
    {
        _reader ??= new StreamReader(await response.Content.ReadAsStreamAsync());
        return await _reader.ReadLineAsync().WaitAsync(Patience);
    }

    public void Dispose() => response.Dispose();
}
