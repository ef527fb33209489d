using FsCheck;
using Tapedeck.Kube.Tests.Fakes;
using Xunit;

namespace Tapedeck.Kube.Tests.Caching;

/// <summary>Whatever happens on the server and on the way to it, in whatever order: in the end the store is the server's state, and what was told
/// on the way is a history.</summary>
public sealed class InformerProperties
{
    /// <summary>Two letters: what happens, and to which of a few names.</summary>
    private static readonly Gen<string> Steps =
        from what in Gen.Frequency(
            Tuple.Create(6, Gen.Elements("put", "put", "delete", "recreate")),
            Tuple.Create(2, Gen.Elements("end", "cut", "garbage", "forget", "forget and end", "fail list", "fail watch", "shed", "unseen recreate")),
            Tuple.Create(2, Gen.Elements("rest", "catch up")))
        from name in Gen.Choose(0, 4)
        select $"{what}:{name}";

    private static readonly Arbitrary<string[]> Stories = Gen.Sized(size => Gen.ArrayOf(Math.Min(size, 40), Steps)).ToArbitrary();

    [Theory]
    [InlineData("410 inside the stream", false, false)]
    [InlineData("410 as the answer's code, with bookmarks", true, true)]
    public void Any_story_ends_with_the_servers_state_and_was_told_as_a_history(string name, bool goneByCode, bool bookmarks) =>
        Prop.ForAll(Stories, story => RunAsync(story, goneByCode, bookmarks).GetAwaiter().GetResult())
            .Check(new Configuration { MaxNbOfTest = 60, EndSize = 40, QuietOnSuccess = true, Runner = FsCheck.Config.QuickThrowOnFailure.Runner });

    private static async Task<bool> RunAsync(string[] story, bool goneByCode, bool bookmarks)
    {
        await using var server = await FakeApiServer.StartAsync();
        server.Watches.GoneByCode = goneByCode;
        server.Watches.Bookmarks = bookmarks;
        server.Objects.Put(Things.Path("n0"), Things.Json("n0"));
        await using var run = new InformerRun(server).Start();
        var value = 0;
        foreach (var step in story)
        {
            await StepAsync(run, step.Split(':')[0], $"n{step.Split(':')[1]}", ++value);
        }
        server.Heal();
        await run.CatchUpAsync();
        run.AssertHistory();
        run.AssertIndexes();
        return true;
    }

    private static async Task StepAsync(InformerRun run, string what, string name, int value)
    {
        var (objects, watches) = (run.Server.Objects, run.Server.Watches);
        switch (what)
        {
            case "put":
                objects.Put(Things.Path(name), Things.Json(name, value));
                break;
            case "delete":
                objects.Delete(Things.Path(name));
                break;
            case "recreate":
                objects.Delete(Things.Path(name));
                objects.Put(Things.Path(name), Things.Json(name, value));
                break;
            case "unseen recreate":
                objects.Delete(Things.Path(name));
                objects.Put(Things.Path(name), Things.Json(name, value));
                objects.Forget();
                break;
            case "rest":
                await Task.Delay(value % 7);
                break;
            case "catch up":
                await run.CatchUpAsync();
                break;
            default:
                Disturb(run.Server, objects, watches, what);
                break;
        }
    }

    private static void Disturb(FakeApiServer server, FakeObjects objects, FakeWatches watches, string what)
    {
        switch (what)
        {
            case "end":
                watches.End();
                break;
            case "cut":
                watches.BreakInALine();
                break;
            case "garbage":
                watches.Say("{\"type\":\"ADDED\",");
                break;
            case "forget":
                objects.Forget();
                break;
            case "forget and end":
                objects.Forget();
                watches.End();
                break;
            case "fail list":
                server.Once(FakeApiServer.Listing, FakeApiServer.Status(500, "InternalError"));
                break;
            case "fail watch":
                server.Once(FakeApiServer.Watching, FakeApiServer.Text(502, "<html>"));
                break;
            case "shed":
                server.Once(FakeApiServer.Any, FakeApiServer.Status(429, "TooManyRequests", retryAfter: "0"));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(what), what, "no such step");
        }
    }
}
