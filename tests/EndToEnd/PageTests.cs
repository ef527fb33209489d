using Microsoft.Playwright;
using Xunit;

namespace Tapedeck.EndToEnd;

/// <summary>The page of a laptop in a real browser.</summary>
public sealed class PageTests
{
    /// <summary>Chromium gives up whatever is under way when a network interface of the machine comes or goes, as other tests have it.</summary>
    private const string NetworkChanged = "ERR_NETWORK_CHANGED";

    private const int MostTries = 20;

    private const string Poison = "<img src=x onerror=\"document.title='poisoned'\"><script>document.title='poisoned'</script>";

    [BrowserFact]
    public async Task A_person_sees_the_tools_and_calls_one()
    {
        await using var server = await ServedTapedeck.StartAsync("--file", Path.Combine(Tapedeck.Root, "examples", "text"));
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await LaunchAsync(playwright);
        var page = await browser.NewPageAsync();
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                errors.Add(message.Text);
            }
        };
        page.RequestFailed += (_, request) => errors.Add($"{request.Url}: {request.Failure}");
        await GotoAsync(page, server.Page);
        await Assertions.Expect(page.Locator("#state")).ToHaveTextAsync("1 components serve");
        await Assertions.Expect(page.Locator("article h3")).ToHaveTextAsync(["count", "divide", "slug"]);
        var slug = page.Locator("article").Filter(new() { Has = page.Locator("h3", new() { HasTextString = "slug" }) });
        await slug.GetByLabel("Arguments of slug").FillAsync("""{"title":"Hello, World"}""");
        await CallAsync(slug);
        await Assertions.Expect(slug.Locator("pre.good")).ToHaveTextAsync("hello-world");
        await Assertions.Expect(page.Locator("#recent tr").First).ToContainTextAsync("slug");
        await slug.GetByLabel("Arguments of slug").FillAsync("""{"title":"!"}""");
        await CallAsync(slug);
        await Assertions.Expect(slug.Locator("pre.bad")).ToHaveTextAsync("the title has no letter or digit in it");
        // The icon that every browser asks for.
        Assert.Empty(errors.Where(error => !error.Contains("404", StringComparison.Ordinal) && !error.Contains(NetworkChanged, StringComparison.Ordinal)));
    }

    [BrowserFact]
    public async Task A_server_that_has_ended_is_said_and_one_that_is_back_needs_no_reload()
    {
        await using var server = await ServedTapedeck.StartAsync("--file", Path.Combine(Tapedeck.Root, "examples", "text"));
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await LaunchAsync(playwright);
        var page = await browser.NewPageAsync();
        var refused = 0;
        // The list of tools fails at first: whatever else is there by then, it has to come by itself.
        await page.RouteAsync("**/mcp", route => Interlocked.Increment(ref refused) == 1 ? route.AbortAsync() : route.ContinueAsync());
        await GotoAsync(page, server.Page);
        await Assertions.Expect(page.Locator("article h3")).ToHaveTextAsync(["count", "divide", "slug"]);
        await server.TerminateAsync();
        await server.Process.WaitForExitAsync();
        await Assertions.Expect(page.Locator("#state")).ToContainTextAsync("The server did not answer (Failed to fetch). Look whether it still runs");
        var slug = page.Locator("article").Filter(new() { Has = page.Locator("h3", new() { HasTextString = "slug" }) });
        await slug.GetByRole(AriaRole.Button, new() { Name = "Call" }).ClickAsync();
        await Assertions.Expect(slug.Locator("pre.bad")).ToContainTextAsync("The server did not answer (Failed to fetch)");
        await using var again = await ServedTapedeck.StartAsync("--file", Path.Combine(Tapedeck.Root, "examples", "text"), "--listen", server.Mcp.Authority);
        await Assertions.Expect(page.Locator("#state")).ToHaveTextAsync("1 components serve");
    }

    [BrowserFact]
    public async Task A_person_sees_what_is_granted_and_by_which_rule()
    {
        await using var server = await ServedTapedeck.StartAsync("--file", Path.Combine(Tapedeck.Root, "examples", "fetch"));
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await LaunchAsync(playwright);
        var page = await browser.NewPageAsync();
        await GotoAsync(page, server.Page);
        var fetch = page.Locator("article").Filter(new() { Has = page.Locator("h3", new() { HasTextString = "fetch_get" }) });
        var denied = page.Locator("article").Filter(new() { Has = page.Locator("h3", new() { HasTextString = "denied_get" }) });
        await fetch.GetByText("Grants: 1 rule").ClickAsync();
        await Assertions.Expect(fetch.Locator("li").First).ToHaveTextAsync("allows network host=example.com schemes=https methods=GET: default/fetch spec.network.allow[0]");
        await Assertions.Expect(fetch.Locator("li").Last).ToContainTextAsync("limits memory=");
        await denied.GetByText("Grants: nothing").ClickAsync();
        await Assertions.Expect(denied.Locator("li")).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task Markup_in_a_description_is_text()
    {
        var folder = Directory.CreateTempSubdirectory("page-").FullName;
        try
        {
            File.Copy(Tapedeck.Example("text"), Path.Combine(folder, "text.wasm"));
            var manifest = await File.ReadAllTextAsync(Path.Combine(Tapedeck.Root, "examples", "text", "tool.yaml"));
            await File.WriteAllTextAsync(
                Path.Combine(folder, "tool.yaml"), manifest.Replace("\"Makes the part of a URL of a title.\"", $"'{Poison.Replace("'", "''", StringComparison.Ordinal)}'", StringComparison.Ordinal));
            await using var server = await ServedTapedeck.StartAsync("--file", folder);
            using var playwright = await Playwright.CreateAsync();
            await using var browser = await LaunchAsync(playwright);
            var page = await browser.NewPageAsync();
            await GotoAsync(page, server.Page);
            await Assertions.Expect(page.Locator("article").Filter(new() { HasTextString = "slug" }).Locator("p").First).ToHaveTextAsync(Poison);
            Assert.Equal(0, await page.Locator("img").CountAsync());
            Assert.Equal(1, await page.Locator("script").CountAsync());
            Assert.Equal("Tapedeck", await page.TitleAsync());
            // Should the page ever put it in as markup, its policy stops what a script of others would do.
            await page.EvaluateAsync("poison => { document.getElementById('tools').innerHTML = poison; }", Poison);
            await page.WaitForTimeoutAsync(300);
            Assert.Equal("Tapedeck", await page.TitleAsync());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [BrowserFact]
    public async Task Characters_that_turn_or_hide_text_are_shown_in_results_and_are_in_no_description()
    {
        // Right-to-left override, isolate, zero width, escape, a tag character, and an honest emoji.
        const string Hostile = "a\u202Eb\u2066c\u200Bd\u001B[2Je\U000E0041f\U0001F600";
        var folder = Directory.CreateTempSubdirectory("page-").FullName;
        try
        {
            File.Copy(Tapedeck.Example("notes"), Path.Combine(folder, "notes.wasm"));
            var manifest = await File.ReadAllTextAsync(Path.Combine(Tapedeck.Root, "examples", "notes", "tool.yaml"));
            await File.WriteAllTextAsync(
                Path.Combine(folder, "tool.yaml"),
                manifest.Replace("\"Reads a note.\"", "\"Reads\\u202E a\\u2066 no\\u200Bte.\"", StringComparison.Ordinal));
            var notes = Directory.CreateDirectory(Path.Combine(folder, "notes")).FullName;
            await File.WriteAllTextAsync(Path.Combine(notes, "hostile.txt"), Hostile);
            await File.WriteAllTextAsync(Path.Combine(notes, "hostile"), Hostile);
            await using var server = await ServedTapedeck.StartAsync("--file", folder, "--volume", $"notes={notes}");
            using var playwright = await Playwright.CreateAsync();
            await using var browser = await LaunchAsync(playwright);
            var page = await browser.NewPageAsync();
            await GotoAsync(page, server.Page);
            var read = page.Locator("article").Filter(new() { Has = page.Locator("h3", new() { HasTextString = "notes_read" }) });
            await Assertions.Expect(read.Locator("p").First).ToHaveTextAsync("Reads a note.");
            await read.GetByLabel("Arguments of notes_read").FillAsync("""{"name":"hostile"}""");
            await CallAsync(read);
            await Assertions.Expect(read.Locator("pre.good")).ToHaveTextAsync("a\u2039U+202E\u203Ab\u2039U+2066\u203Ac\u2039U+200B\u203Ad\u2039U+001B\u203A[2Je\u2039U+E0041\u203Af\U0001F600");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The page asks again every three seconds, and machines that run tests are slow.</summary>
    static PageTests() => Assertions.SetDefaultExpectTimeout(20_000);

    private static async Task GotoAsync(IPage page, Uri address)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await page.GotoAsync(address.ToString());
                return;
            }
            catch (PlaywrightException exception) when (tries < MostTries && exception.Message.Contains(NetworkChanged, StringComparison.Ordinal))
            {
                // Once more.
            }
        }
    }

    /// <summary>Presses the button until there is an answer of the server, as a person would.</summary>
    private static async Task CallAsync(ILocator tool)
    {
        var (button, answer) = (tool.GetByRole(AriaRole.Button, new() { Name = "Call" }), tool.Locator("pre[class]"));
        for (var tries = 1; ; tries++)
        {
            await button.ClickAsync();
            await Assertions.Expect(button).ToBeEnabledAsync();
            if (tries == MostTries || !(await answer.InnerTextAsync()).StartsWith("The server did not answer (", StringComparison.Ordinal))
            {
                return;
            }
        }
    }

    private static Task<IBrowser> LaunchAsync(IPlaywright playwright) =>
        playwright.Chromium.LaunchAsync(new() { ExecutablePath = BrowserFactAttribute.Chromium, Args = ["--no-sandbox"] });
}
