using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Tapedeck.Mcp;
using Tapedeck.Server.Loading;
using Tapedeck.Server.Serving;
using Xunit;

namespace Tapedeck.Server.Tests;

/// <summary>A runtime over a folder of manifests and components of its own, as <c>serve -f</c> has it.</summary>
internal sealed class Station : IDisposable
{
    private readonly ManifestFolder _files;

    internal Station(TimeProvider? time = null, RuntimeOptions? options = null, IReadOnlyDictionary<string, string>? volumes = null, IReadOnlyDictionary<string, string>? secrets = null, string? trustedRoot = null)
    {
        Folder = Directory.CreateTempSubdirectory("server-").FullName;
        _files = new ManifestFolder([Folder]);
        Loggers = LoggerFactory.Create(logging => logging.AddProvider(Log));
        Runtime = new Runtime(options ?? new RuntimeOptions(), new LaptopMounts(volumes ?? new Dictionary<string, string>(), secrets ?? new Dictionary<string, string>(), trustedRoot), Loggers, time ?? TimeProvider.System);
    }

    internal string Folder { get; }

    internal Runtime Runtime { get; }

    internal Deck Deck => Runtime.Deck;

    internal ILoggerFactory Loggers { get; }

    internal LogLines Log { get; } = new();

    internal Func<Desired?> Files => _files.ReadIfChanged;

    internal static byte[] Example(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "examples", name, $"{name}.wasm"));

    /// <summary>Writes a file of the folder in one step, as an editor does.</summary>
    internal void Write(string file, string text)
    {
        var draft = Path.Combine(Folder, "draft");
        File.WriteAllText(draft, text);
        File.Move(draft, Path.Combine(Folder, file), overwrite: true);
    }

    internal void Delete(string file) => File.Delete(Path.Combine(Folder, file));

    /// <summary>Writes a component and a WasmTool that names it.</summary>
    /// <param name="more">More of the spec.</param>
    internal void Tool(string name, byte[] component, string more = "", string labels = "{}")
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(component));
        File.WriteAllBytes(Path.Combine(Folder, $"{hash}.wasm"), component);
        Write($"{name}.yaml", $$"""
            apiVersion: tapedeck.dev/v1alpha1
            kind: WasmTool
            metadata: { name: {{name}}, labels: {{labels}} }
            spec:
              component: { file: { path: {{hash}}.wasm, sha256: {{hash}} } }
            {{(more.Length == 0 ? "" : "  " + more)}}
            """);
    }

    /// <summary>Writes a policy.</summary>
    /// <param name="spec">In flow style, without the selector.</param>
    internal void Policy(string name, string spec, string selector = "{}", string kind = "CapabilityPolicy") => Write($"{name}.yaml", $$"""
        apiVersion: tapedeck.dev/v1alpha1
        kind: {{kind}}
        metadata: {name: {{name}}}
        spec: { {{(kind == "CapabilityPolicy" ? $"toolSelector: {selector}, " : "")}}{{spec}} }
        """);

    internal async Task ApplyAsync()
    {
        if (_files.ReadIfChanged() is { } desired)
        {
            await Deck.ApplyAsync(desired.Tools, desired.Problems, default);
        }
        else
        {
            await Deck.RetryAsync(default);
        }
    }

    internal ServedTool Served(string name) => Deck.Tools.Single(tool => tool.Tool.Name == name);

    internal async Task<ToolResult> CallAsync(string tool, string arguments = "{}", Func<LogEntry, ValueTask>? log = null, string? caller = null, CancellationToken cancellation = default)
    {
        var found = Deck.Catalogue.Current.Tools.Single(one => one.Declaration.Name == tool);
        return (ToolResult)await found.CallAsync(Encoding.UTF8.GetBytes(arguments), new CallContext { ProtocolVersion = "test", Cancellation = cancellation, Log = log, Caller = caller ?? CallContext.Anonymous });
    }

    /// <summary>The value of a call that succeeds.</summary>
    internal async Task<string> ValueAsync(string tool, string arguments = "{}")
    {
        var result = await CallAsync(tool, arguments);
        Assert.False(result.IsError, Encoding.UTF8.GetString(result.Content.Span));
        using var json = JsonDocument.Parse(result.StructuredContent);
        return json.RootElement.GetProperty("result").GetRawText();
    }

    /// <summary>The error of a call that fails: code, message, and how often it was denied something.</summary>
    internal static (string Code, string Message, string Denied) ErrorOf(ToolResult result)
    {
        Assert.True(result.IsError);
        Assert.True(result.StructuredContent.IsEmpty);
        using var meta = JsonDocument.Parse(result.Meta);
        var error = meta.RootElement.GetProperty("tapedeck.dev/error");
        return (error.GetProperty("code").GetString()!, error.GetProperty("message").GetString()!, error.TryGetProperty("denied", out var denied) ? denied.GetRawText() : "");
    }

    /// <summary>Whatever a call took is back. Threads of abandoned calls have a while to come back.</summary>
    internal async Task AssertNothingIsLeftAsync()
    {
        var patience = TimeProvider.System.GetTimestamp();
        while ((Runtime.Services.Engine.AbandonedCalls > 0 || Runtime.Services.Engine.MemoryBytes > 0) && TimeProvider.System.GetElapsedTime(patience) < TimeSpan.FromSeconds(10))
        {
            await Task.Delay(20);
        }
        Assert.Equal(0, Runtime.Services.Engine.AbandonedCalls);
        Assert.Equal(0, Runtime.Services.Engine.MemoryBytes);
        Assert.Equal(0, Runtime.Services.Memory.Taken);
        Assert.All(Deck.Tools, tool => Assert.Equal(0, tool.Seat.Slots.Running));
    }

    public void Dispose()
    {
        Runtime.Dispose();
        Loggers.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>All that was logged.</summary>
    internal sealed class LogLines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        internal IEnumerable<string> All => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : $": {exception}")}");

        public void Dispose()
        {
        }
    }
}
