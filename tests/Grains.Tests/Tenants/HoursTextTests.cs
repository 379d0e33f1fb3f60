namespace Backsoon.Tenants;

public sealed class HoursTextTests
{
    [Theory]
    [InlineData("9–12:30, 14–18", "09:00–12:30, 14:00–18:00")]
    [InlineData("9.00 to 17h30", "09:00–17:30")]
    [InlineData("9am-5pm", "09:00–17:00")]
    [InlineData("9 am to 5:30 pm", "09:00–17:30")]
    [InlineData("8:15 A.M. – 12 p.m. and 1pm until 6 PM", "08:15–12:00, 13:00–18:00")]
    [InlineData("12am-12pm", "00:00–12:00")]
    [InlineData("12pm-12am", "12:00–24:00")]
    [InlineData("12am-12am", "00:00–24:00")]
    [InlineData("9-5pm", "09:00–17:00")]
    [InlineData("1-5pm", "13:00–17:00")]
    [InlineData("9am-5", "09:00–17:00")]
    [InlineData("9am-17", "09:00–17:00")]
    [InlineData("9am-12", "09:00–12:00")]
    [InlineData("10pm-2am", "22:00–02:00")]
    [InlineData("10pm-2", "22:00–02:00")]
    public void Hours_are_understood_as_people_type_them(string typed, string said) => Assert.Equal(said, HoursText.Say(HoursText.Parse(typed)!.Value));

    [Theory]
    [InlineData("nine to five")]
    [InlineData("9-25")]
    [InlineData("9-17:60")]
    [InlineData("9am-9am")]
    [InlineData("13pm-15pm")]
    [InlineData("0am-5pm")]
    [InlineData("9xm-5pm")]
    [InlineData("9am 5pm")]
    [InlineData("9am-5pmish")]
    public void What_is_no_span_of_hours_is_none(string typed) => Assert.Null(HoursText.Parse(typed));
}
