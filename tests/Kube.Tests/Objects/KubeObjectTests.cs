using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Tests.Fakes;
using Xunit;

namespace Tapedeck.Kube.Tests.Objects;

public sealed class KubeObjectTests
{
    [Fact]
    public void Metadata_is_read_and_the_rest_stays_JSON()
    {
        var item = KubeObject.Read(JsonElement.Parse("""
            {"metadata": {"name": "a", "namespace": "b", "uid": "u", "resourceVersion": "7", "generation": 3, "creationTimestamp": "2026-01-02T03:04:05Z",
                          "deletionTimestamp": null, "labels": {"x": "y", "bad": 7}, "finalizers": ["f"],
                          "ownerReferences": [{"apiVersion": "v1", "kind": "K", "name": "o", "uid": "p", "controller": true}]},
             "spec": {"deep": [{"x": 1}]}}
            """), Things.Resource);
        Assert.Equal(("test.example/v1", "Thing", "b/a"), (item.ApiVersion, item.Kind, item.Key.ToString()));
        Assert.Equal(("u", "7", 3L, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), null), (item.Metadata.Uid, item.Metadata.ResourceVersion, item.Metadata.Generation, item.Metadata.CreationTimestamp, item.Metadata.DeletionTimestamp));
        Assert.Equal(new OwnerReference("v1", "K", "o", "p", true, false), item.Metadata.ControllerOwner);
        Assert.Equal([new("x", "y")], item.Metadata.Labels);
        Assert.Equal(1, item.Find("spec", "deep")!.Value[0].GetProperty("x").GetInt32());
        Assert.Null(item.Find("spec", "deep", "x"));
        Assert.Null(item.Find("spec", "nothing", "below"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"metadata": "x"}""")]
    [InlineData("""{"metadata": {"name": 7}}""")]
    public void What_has_no_name_is_no_object(string json) => Assert.Throws<JsonException>(() => KubeObject.Read(JsonElement.Parse(json), Things.Resource));

    [Fact]
    public void What_is_to_be_sent_says_what_it_is() =>
        Assert.Throws<ArgumentException>(() => KubeObject.From(new() { ["metadata"] = new JsonObject { ["name"] = "a" } }));

    [Fact]
    public void Without_its_content_an_object_is_its_metadata()
    {
        var item = KubeObject.From(Things.Json("a", 1));
        var kept = item.WithoutContent();
        Assert.Same(item.Metadata, kept.Metadata);
        Assert.Equal((item.ApiVersion, item.Kind, item.Key), (kept.ApiVersion, kept.Kind, kept.Key));
        Assert.Null(kept.Find("spec", "value"));
    }

    /// <summary>Also where many texts want one place.</summary>
    [Fact]
    public void Equal_texts_of_objects_are_one_string_and_remain_what_they_are()
    {
        var texts = new RecentTexts();
        for (var i = 0; i < 10_000; i++)
        {
            var text = texts.One($"app-{i}");
            Assert.Equal($"app-{i}", text);
            Assert.Same(text, texts.One($"app-{i}"));
        }
    }

    [Fact]
    public void An_object_outlives_the_tree_that_it_was_made_of()
    {
        var json = Things.Json("a", 1);
        var item = KubeObject.From(json);
        json["spec"]!["value"] = 2;
        Assert.Equal(1, item.Find("spec", "value")!.Value.GetInt32());
    }

    /// <summary>The same value in another order has the same canonical bytes, and these are the value.</summary>
    [Fact]
    public void The_order_of_fields_does_not_matter_to_canonical_JSON() =>
        Prop.ForAll(Gen.Sized(size => Values(Math.Min(size, 4))).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (value, seed) =>
        {
            var (here, there) = (Element(value), Element(Shuffle(value, new System.Random(seed))));
            var bytes = CanonicalJson.Write(here);
            Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(CanonicalJson.Write(there)));
            Assert.True(JsonElement.DeepEquals(here, JsonElement.Parse(bytes)));
            return true;
        }).QuickCheckThrowOnFailure();

    private static JsonElement Element(JsonNode? node) => JsonElement.Parse(node?.ToJsonString() ?? "null");

    private static Gen<JsonNode?> Values(int depth)
    {
        var leaves = Gen.OneOf(
            Arb.Generate<int>().Select(number => (JsonNode?)number),
            Arb.Generate<bool>().Select(flag => (JsonNode?)flag),
            Gen.Elements("", "a", "ü", "\"\\\n").Select(text => (JsonNode?)text),
            Gen.Constant((JsonNode?)null));
        return depth == 0
            ? leaves
            : Gen.OneOf(
                leaves,
                Gen.ListOf(3, Values(depth - 1)).Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])),
                from names in Gen.SubListOf("a", "B", "ä", "aa", "/", "z")
                from items in Gen.ListOf(names.Count, Values(depth - 1))
                select (JsonNode?)new JsonObject(names.Zip(items, (name, item) => KeyValuePair.Create(name, item?.DeepClone()))));
    }

    private static JsonNode? Shuffle(JsonNode? node, System.Random random) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(_ => random.Next()).Select(entry => KeyValuePair.Create(entry.Key, Shuffle(entry.Value, random))).ToArray()),
        JsonArray list => new JsonArray([.. list.Select(item => Shuffle(item, random))]),
        _ => node?.DeepClone(),
    };
}
