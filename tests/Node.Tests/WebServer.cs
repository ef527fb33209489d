using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tapedeck.Node.Tests;

/// <summary>A server on the web, as pods see it: names under <c>example</c>, https, an authority that the image was told of.</summary>
internal sealed class WebServer(string folder) : IDisposable
{
    /// <summary>https://www.rfc-editor.org/rfc/rfc5737</summary>
    private const string Address = "203.0.113.10";

    private WebApplication? _application;

    internal async Task StartAsync(params string[] names)
    {
        var certificate = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "web", "tls.crt"), Path.Combine(folder, "web", "tls.key"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(Address), 443, listen => listen.UseHttps(certificate)));
        _application = builder.Build();
        _application.MapGet("/", (HttpContext context) => $"hello from {context.Request.Host.Host}");
        await _application.StartAsync();
        // The cluster's DNS follows this folder.
        await File.WriteAllLinesAsync(Path.Combine(folder, "names", "web"), names.Select(name => $"{Address} {name}"));
    }

    public void Dispose() => _application?.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
