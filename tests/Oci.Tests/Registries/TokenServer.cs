using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Tapedeck.Oci.Tests.Registries;

/// <summary>Makes a registry ask for bearer tokens, which it gives out itself under <c>/token</c>.</summary>
internal sealed class TokenServer
{
    private readonly FaultyRegistry _registry;
    private readonly ConcurrentDictionary<string, bool> _valid = new();
    private int _count;

    internal TokenServer(FaultyRegistry registry)
    {
        _registry = registry;
        Realm = $"http://{registry.Host}/token";
        registry.Fault = Answer;
    }

    /// <summary>What a challenge names.</summary>
    internal string Realm { get; set; }

    internal string Field { get; set; } = "token";

    internal int? ExpiresIn { get; set; }

    /// <summary>The Authorization header that a token is given for; null is anybody.</summary>
    internal string? Wants { get; set; }

    /// <summary>Forms that were posted.</summary>
    internal ConcurrentQueue<Dictionary<string, string>> Forms { get; } = new();

    internal IEnumerable<string> TokenRequests => _registry.Requests.Where(request => request.Path.StartsWith("/token", StringComparison.Ordinal)).Select(request => request.Path);

    internal void RevokeAll() => _valid.Clear();

    private async Task<bool> Answer(HttpContext context)
    {
        if (context.Request.Path == "/token")
        {
            await GiveToken(context);
            return true;
        }
        var header = context.Request.Headers.Authorization.FirstOrDefault();
        if (header?.StartsWith("Bearer ", StringComparison.Ordinal) == true && _valid.ContainsKey(header[7..]))
        {
            return false;
        }
        context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{Realm}\",service=\"the registry\",scope=\"repository:demo/greet:pull,push\"";
        await FaultyRegistry.Refuse(context, 401, "UNAUTHORIZED");
        return true;
    }

    private async Task GiveToken(HttpContext context)
    {
        if (context.Request.HasFormContentType)
        {
            Forms.Enqueue((await context.Request.ReadFormAsync()).ToDictionary(field => field.Key, field => field.Value.ToString()));
        }
        else if (Wants is not null && context.Request.Headers.Authorization != Wants)
        {
            await FaultyRegistry.Refuse(context, 401, "UNAUTHORIZED");
            return;
        }
        var token = $"token-{Interlocked.Increment(ref _count)}";
        _valid[token] = true;
        await context.Response.WriteAsync($"{{\"{Field}\":\"{token}\"{(ExpiresIn is { } seconds ? $",\"expires_in\":{seconds}" : "")}}}");
    }
}
