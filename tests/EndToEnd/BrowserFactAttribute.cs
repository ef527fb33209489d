using Xunit;

namespace Tapedeck.EndToEnd;

/// <summary>A fact that needs Debian's Chromium.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    internal const string Chromium = "/usr/bin/chromium";

    public BrowserFactAttribute() => Skip = File.Exists(Chromium) ? null : $"THERE IS NO {Chromium}: the page is not tested in a browser; apt-get install chromium";
}
