using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tapedeck.Server.Tests;

namespace Tapedeck.Operator.Tests.Artifacts;

/// <summary>A registry, and whoever pushes to it.</summary>
internal sealed class Publisher : LoopbackRegistry
{
    /// <param name="certificate">For TLS; null for plain HTTP.</param>
    internal static Task<Publisher> StartAsync(X509Certificate2? certificate = null) => StartAsync(new Publisher(), certificate);

    /// <summary>A component under tags.</summary>
    /// <returns>The digest of its manifest.</returns>
    internal string Push(string component, params string[] tags) => Push([0, (byte)'a', (byte)'s', (byte)'m', 0x0d, 0, 1, 0, .. Encoding.UTF8.GetBytes(component)], tags);

    internal static async Task<bool> RefuseAsync(HttpContext context, int code, params (string Name, string Value)[] headers)
    {
        context.Response.StatusCode = code;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }
        await context.Response.WriteAsync("""{"errors":[{"code":"X","message":"a secret detail"}]}""");
        return true;
    }
}
