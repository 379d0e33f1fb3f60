using System.Text.RegularExpressions;
using Backsoon.Storage;

namespace Backsoon;

/// <summary>The version before this one goes on working on the tables of this one: files add, and take away only what no version needs any more that may still run.</summary>
[Collection(Backend.Name)]
public sealed partial class MigrationTests(Backend backend)
{
    // Changed before anything was ever released; a file that is on main is never changed.
    private static readonly Dictionary<string, string> s_exceptions = new()
    {
        ["0008_chains.sql"] = "takes a column away: alter table rule_step drop column vendor_id",
        ["0009_messages.sql"] = "refuses what was allowed: create unique index dispatch_event_message on dispatch_event (tenant_id, dispatch_id, message_id) where message_id is not null",
    };

    public static TheoryData<string> Names => [.. Migrations.Files().Select(file => file.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_leaves_what_the_version_before_it_needs(string name)
    {
        var sql = Migrations.Files().Single(file => file.Name == name).Sql;
        var broken = Breaks(sql).Where(line => line != s_exceptions.GetValueOrDefault(name));
        if (Migrations.Needs(sql) is not { } needs)
            Assert.Empty(broken);
        else
            Assert.True(string.CompareOrdinal(needs, name[..4]) < 0 && Migrations.Files().Any(file => file.Name.StartsWith(needs, StringComparison.Ordinal)), $"{name} needs {needs}, which is no change before it.");
    }

    [Fact]
    public void Every_exception_is_still_one() =>
        Assert.All(s_exceptions, exception => Assert.Contains(exception.Value, Breaks(Migrations.Files().Single(file => file.Name == exception.Key).Sql)));

    [Theory]
    [InlineData("drop table vendor", "takes a table away")]
    [InlineData("alter table vendor drop name", "takes a column away")]
    [InlineData("alter table vendor add note text, drop column name", "takes a column away")]
    [InlineData("alter table vendor rename column name to label", "renames")]
    [InlineData("alter table vendor rename to supplier", "renames")]
    [InlineData("alter table vendor alter column name type varchar(10)", "changes a type")]
    [InlineData("alter table vendor alter note set not null", "wants a value that was not wanted")]
    [InlineData("alter table vendor add column grade integer not null", "wants a value that was not wanted")]
    [InlineData("alter table vendor alter active drop default", "wants a value that was not wanted")]
    [InlineData("alter table vendor add constraint graded check (grade > 0)", "refuses what was allowed")]
    [InlineData("alter table vendor add unique (email)", "refuses what was allowed")]
    [InlineData("create unique index vendor_email on vendor (email)", "refuses what was allowed")]
    [InlineData("drop view offered", "takes a view away")]
    [InlineData("truncate vendor", "takes rows away")]
    public void What_takes_away_is_named(string sql, string broken) => Assert.StartsWith($"{broken}: ", Assert.Single(Breaks($"-- A comment; with drop table in it.\n{sql};\n")));

    [Theory]
    [InlineData("create table grade (id uuid primary key, value integer not null check (value > 0)); create unique index grade_value on grade (value)")]
    [InlineData("alter table vendor add column grade integer not null default 0, add column graded_at timestamptz")]
    [InlineData("alter table vendor add column grade integer not null generated always as (length(name)) stored")]
    [InlineData("create index vendor_email on vendor (email); drop index vendor_name")]
    [InlineData("create function f(a text) returns text language sql as $$ select 'drop table vendor; ' || a $$")]
    [InlineData("update vendor set note = 'drop table; it''s' where note is null")]
    [InlineData("alter table vendor drop constraint vendor_pkey")]
    public void What_only_adds_or_allows_more_is_not(string sql) => Assert.Empty(Breaks(sql));

    [Fact]
    public async Task What_each_file_needs_is_noted_with_it_also_where_the_column_came_later()
    {
        await using var database = await backend.NewDatabase();
        await database.Execute("alter table migration drop column needs");
        await database.Execute("delete from migration where name like '0001%'; insert into migration (name) values ('0001_grains.sql')");
        Assert.Empty(await Migrations.Apply(database));
        await database.Execute("update migration set needs = '0000'; insert into migration (name, needs) values ('9998_added.sql', '0000')");
        Assert.Equal(["9998_added.sql"], await Migrations.Apply(database));
        await database.Execute("update migration set needs = '9998' where name like '9998%'");
        Assert.Contains("9998_added.sql", (await Assert.ThrowsAsync<InvalidOperationException>(() => Migrations.Apply(database))).Message, StringComparison.Ordinal);
    }

    // What a statement does to whoever knows nothing of it: each a line of what it breaks.
    private static List<string> Breaks(string sql)
    {
        var broken = new List<string>();
        // What is quoted is no statement.
        var plain = Quoted().Replace(Comment().Replace(sql, ""), "''");
        var statements = plain.Split(';').Select(statement => Space().Replace(statement, " ").Trim().ToLowerInvariant()).ToList();
        var own = statements.Select(statement => CreatedTable().Match(statement)).Where(match => match.Success).Select(match => match.Groups[1].Value).ToHashSet();
        foreach (var statement in statements)
        {
            if (statement.StartsWith("drop ", StringComparison.Ordinal) && statement.Split(' ')[1] is var kind and not "index")
                broken.Add($"takes a {kind} away: {statement}");
            else if (statement.StartsWith("truncate ", StringComparison.Ordinal))
                broken.Add($"takes rows away: {statement}");
            else if (UniqueIndex().Match(statement) is { Success: true } index && !own.Contains(index.Groups[1].Value))
                broken.Add($"refuses what was allowed: {statement}");
            else if (AlteredTable().Match(statement) is { Success: true } altered && !own.Contains(altered.Groups[1].Value))
                broken.AddRange(Actions(altered.Groups[2].Value).Select(Broken).OfType<string>().Select(what => $"{what}: {statement}"));
        }

        return broken;
    }

    private static string? Broken(string action) => action.Split(' ') switch
    {
        ["rename", ..] => "renames",
        ["drop", "constraint", ..] => null,
        ["drop", ..] => "takes a column away",
        ["add", "constraint" or "unique" or "check" or "foreign" or "primary" or "exclude", ..] => "refuses what was allowed",
        ["add", ..] when action.Contains(" not null", StringComparison.Ordinal) && !action.Contains(" default ", StringComparison.Ordinal) && !action.Contains(" generated ", StringComparison.Ordinal) => "wants a value that was not wanted",
        ["alter", ..] when TypeChange().IsMatch(action) => "changes a type",
        ["alter", ..] when action.EndsWith("set not null", StringComparison.Ordinal) || action.EndsWith("drop default", StringComparison.Ordinal) => "wants a value that was not wanted",
        _ => null,
    };

    // At the commas that are in no brackets.
    private static IEnumerable<string> Actions(string text)
    {
        var (depth, from) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] == ',' && depth == 0)
            {
                yield return text[from..i].Trim();
                from = i + 1;
            }
            else
            {
                depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            }
        }
    }

    [GeneratedRegex(@"--[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\$\$.*?\$\$|'(?:[^']|'')*'", RegexOptions.Singleline)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"^create (?:temporary |unlogged )?table (?:if not exists )?(\w+)")]
    private static partial Regex CreatedTable();

    [GeneratedRegex(@"^create unique index (?:concurrently )?(?:if not exists )?\w+ on (\w+)")]
    private static partial Regex UniqueIndex();

    [GeneratedRegex(@"^alter table (?:if exists )?(?:only )?(\w+) (.*)$")]
    private static partial Regex AlteredTable();

    [GeneratedRegex(@"^alter (?:column )?\w+ (?:set data )?type ")]
    private static partial Regex TypeChange();
}
