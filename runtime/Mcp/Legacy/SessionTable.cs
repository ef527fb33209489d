using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Tapedeck.Mcp.Legacy;

/// <summary>The sessions that there are.</summary>
internal sealed class SessionTable : IDisposable
{
    private const int IdBytes = 16;
    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private readonly McpOptions _options;
    private readonly ILogger _log;
    private readonly ITimer _reaper;

    internal SessionTable(McpOptions options, ILogger log)
    {
        _options = options;
        _log = log;
        var period = options.Limits.SessionIdle / 4;
        _reaper = options.Time.CreateTimer(static state => ((SessionTable)state!).EndIdle(), this, period, period);
    }

    /// <summary>A new session, or null where there are too many.</summary>
    internal Session? Begin(string caller)
    {
        if (_sessions.Count >= _options.Limits.Sessions)
        {
            return null;
        }
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
        return _sessions[id] = new Session(id, caller, _options, _log);
    }

    /// <summary>The caller's own session of an id, or null.</summary>
    internal Session? Find(string id, string caller) => _sessions.TryGetValue(id, out var session) && session.Caller == caller ? session : null;

    internal async Task EndAsync(Session session)
    {
        if (_sessions.TryRemove(session.SessionId, out _))
        {
            await session.EndAsync();
        }
    }

    /// <summary>Ends each session when nobody uses it: streams end by themselves when the server stops, and calls that run come to their end.</summary>
    public void Dispose()
    {
        _reaper.Dispose();
        foreach (var session in _sessions.Values)
        {
            _ = EndUnusedAsync(session);
        }
    }

    private async Task EndUnusedAsync(Session session)
    {
        await session.UnusedAsync();
        await EndAsync(session);
    }

    private void EndIdle()
    {
        foreach (var session in _sessions.Values.Where(session => session.Idle > _options.Limits.SessionIdle))
        {
            _ = EndAsync(session);
        }
    }
}
