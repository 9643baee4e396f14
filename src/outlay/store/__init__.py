"""What is kept between visits: studies in versions, scenarios, runs by the hash of what they hold,
work to be done, and a trail of who changed what. SQLite by default, PostgreSQL by its address."""
